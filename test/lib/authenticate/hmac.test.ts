import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { type HmacOptions, hmacAuthenticator } from '../../../lib/authenticate/hmac.ts'
import { AuthError, DependencyError } from '../../../lib/errors.ts'
import type { RequestView } from '../../../lib/request-view.ts'
import type { SharedKey } from '../../../lib/shared-key.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import { NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'
import { type RequestToSign, signedHeaders, timestampAt } from '../../support/signed-request.ts'

const OLD = 'the-old-secret-of-at-least-thirty-two-bytes'
const NEW = 'the-new-secret-of-at-least-thirty-two-bytes'
const KEY: SharedKey = {
  keyId: 'partner-1',
  owner: 'acme',
  scopes: ['write:orders'],
  roles: ['partner'],
  tenantId: 'tenant_xyz',
  tier: 'gold',
  secrets: [NEW, OLD].map((secret) => createSecretKey(Buffer.from(secret))),
}

function setUp(options: Partial<HmacOptions> = {}, key: SharedKey = KEY) {
  const clock = testClock()
  const authenticator = hmacAuthenticator({
    keys: { find: (keyId) => (keyId === key.keyId ? key : undefined) },
    replayStore: memoryReplayStore({ now: clock.now }),
    now: clock.now,
    ...options,
  })
  return { clock, authenticate: (request: RequestView) => authenticator.authenticate(request), authenticator }
}

/** @param sent what arrives differs from what was signed */
function request(headers: Record<string, string>, sent: RequestToSign = {}): RequestView {
  const { 'x-signature': signature, ...others } = headers
  const { method = 'GET', target = '/orders/42', body = '' } = sent
  const credentials = signature === undefined ? {} : { 'x-signature': signature }
  return requestView(credentials, { method, target, headers: others, body: Buffer.from(body) })
}

const signed = (changes: RequestToSign = {}, secret = NEW) =>
  request(signedHeaders(KEY.keyId, secret, changes), changes)

test('a signed request is of the client that the key was given to', async () => {
  const { authenticate } = setUp()
  const principal = await principalIn(authenticate(signed({ method: 'POST', target: '/orders?x=1', body: '{"a":1}' })))
  const { kind, subject, clientId, method, credentialId, scopes, roles, tenantId, tier } = principal
  assert.deepEqual(
    { kind, subject, clientId, method, credentialId, scopes, roles, tenantId, tier },
    {
      kind: 'client',
      subject: 'acme',
      clientId: 'acme',
      method: 'hmac',
      credentialId: 'partner-1',
      scopes: ['write:orders'],
      roles: ['partner'],
      tenantId: 'tenant_xyz',
      tier: 'gold',
    },
  )
})

test('without a signature, nothing is presented', async () => {
  const { authenticate } = setUp()
  const { 'x-signature': _signature, ...rest } = signedHeaders(KEY.keyId, NEW)
  assert.deepEqual(await authenticate(request(rest)), { outcome: 'absent' })
})

test('both secrets work while one takes the place of the other; any other does not', async () => {
  const { authenticate } = setUp()
  await principalIn(authenticate(signed({}, OLD)))
  await principalIn(authenticate(signed({}, NEW)))
  assert.equal((await errorIn(authenticate(signed({}, 'another-secret')))).reason, 'signature')
  const { authenticate: later } = setUp({}, { ...KEY, secrets: KEY.secrets.slice(0, 1) })
  assert.equal((await errorIn(later(signed({}, OLD)))).reason, 'signature')
})

suite('every part is covered: changed on the way, it is refused', () => {
  const original = { method: 'POST', target: '/orders?a=1&b=2', body: '{"a":1}', nonce: 'nonce-1' }
  const changes: Record<string, RequestToSign> = {
    method: { method: 'PUT' },
    path: { target: '/orders/?a=1&b=2' },
    'a value of the query': { target: '/orders?a=1&b=3' },
    'the order of the query': { target: '/orders?b=2&a=1' },
    'no query': { target: '/orders' },
    'another spelling of the path': { target: '/%6frders?a=1&b=2' },
    body: { body: '{"a":2}' },
    'no body': { body: '' },
  }
  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const { authenticate } = setUp()
      const headers = signedHeaders(KEY.keyId, NEW, original)
      assert.equal((await errorIn(authenticate(request(headers, { ...original, ...change })))).reason, 'signature')
      await principalIn(authenticate(request(headers, original)))
    })
  }
  for (const [name, value] of [
    ['x-timestamp', timestampAt(NOW + 1)],
    ['x-nonce', 'nonce-2'],
  ] as const) {
    test(name, async () => {
      const headers = { ...signedHeaders(KEY.keyId, NEW, original), [name]: value }
      assert.equal((await errorIn(setUp().authenticate(request(headers, original)))).reason, 'signature')
    })
  }
  test('the key id', async () => {
    const other = { ...KEY, keyId: 'partner-2', secrets: [createSecretKey(Buffer.from(OLD))] }
    const { authenticate } = setUp({}, other)
    const headers = { ...signedHeaders(KEY.keyId, NEW, original), 'x-key-id': 'partner-2' }
    assert.equal((await errorIn(authenticate(request(headers, original)))).reason, 'signature')
  })
  test('the nonce, left out', async () => {
    const { 'x-nonce': _nonce, ...headers } = signedHeaders(KEY.keyId, NEW, original)
    assert.equal((await errorIn(setUp().authenticate(request(headers, original)))).reason, 'signature')
  })
})

suite('a signature is accepted once', () => {
  test('without a nonce, and with one', async () => {
    const { authenticate } = setUp()
    for (const changes of [{}, { nonce: 'nonce-1' }]) {
      await principalIn(authenticate(signed(changes)))
      assert.equal((await errorIn(authenticate(signed(changes)))).reason, 'replayed')
    }
  })

  test('for as long as its timestamp could pass', async () => {
    const { authenticate, clock } = setUp()
    const ahead = signed({ timestamp: timestampAt(NOW + 300) })
    await principalIn(authenticate(ahead))
    clock.advance(600)
    assert.equal((await errorIn(authenticate(ahead))).reason, 'replayed')
    clock.advance(1)
    assert.equal((await errorIn(authenticate(ahead))).reason, 'timestamp')
  })

  test('a nonce counts once for a key, whatever it comes with; another key may use it', async () => {
    const replayStore = memoryReplayStore({ now: () => NOW })
    const { authenticate } = setUp({ replayStore })
    await principalIn(authenticate(signed({ nonce: 'nonce-1' })))
    assert.equal((await errorIn(authenticate(signed({ nonce: 'nonce-1', method: 'PUT' })))).reason, 'replayed')
    const { authenticate: other } = setUp({ replayStore }, { ...KEY, keyId: 'partner-2' })
    await principalIn(other(request(signedHeaders('partner-2', NEW, { nonce: 'nonce-1' }))))
  })

  test('of 100 at once, one', async () => {
    const { authenticate } = setUp()
    const answers = await Promise.all(Array.from({ length: 100 }, () => authenticate(signed())))
    assert.equal(answers.filter(({ outcome }) => outcome === 'authenticated').length, 1)
  })

  test('one that is bad uses nothing up', async () => {
    const { authenticate } = setUp()
    await errorIn(authenticate(signed({ nonce: 'nonce-1' }, 'another-secret')))
    await principalIn(authenticate(signed({ nonce: 'nonce-1' })))
  })

  test('a store that cannot tell is an outage, never a first use', async () => {
    const { authenticate } = setUp({ replayStore: { claim: () => Promise.reject(new DependencyError('replay', 'x')) } })
    await assert.rejects(async () => authenticate(signed()), DependencyError)
  })
})

suite('refused, and told apart by nobody: an unknown key', () => {
  test('is answered like a wrong signature', async () => {
    const { authenticate } = setUp()
    const unknown = await errorIn(authenticate(request(signedHeaders('nobody', NEW))))
    const wrong = await errorIn(authenticate(signed({}, 'another-secret')))
    assert.deepEqual([unknown.code, unknown.detail], [wrong.code, wrong.detail])
    assert.equal(unknown.reason, 'unknown key')
  })

  test('is answered like one that has expired', async () => {
    const { authenticate } = setUp({}, { ...KEY, expiresAt: NOW })
    const expired = await errorIn(authenticate(signed()))
    assert.deepEqual([expired.reason, expired.detail], ['expired', 'The signature is not valid.'])
  })
})

suite('the timestamp', () => {
  for (const [offset, isGood] of [
    [-300, true],
    [300, true],
    [-301, false],
    [301, false],
  ] as const) {
    test(`${offset} s off is ${isGood ? 'accepted' : 'refused'}`, async () => {
      const answer = setUp().authenticate(signed({ timestamp: timestampAt(NOW + offset) }))
      if (isGood) await principalIn(answer)
      else assert.equal((await errorIn(answer)).reason, 'timestamp')
    })
  }
})

suite('malformed headers are refused', () => {
  const good = signedHeaders(KEY.keyId, NEW, { nonce: 'nonce-1' })
  const wrong: readonly (readonly [string, Record<string, string | undefined>])[] = [
    ['no key id', { 'x-key-id': undefined }],
    ['no timestamp', { 'x-timestamp': undefined }],
    ['an empty timestamp', { 'x-timestamp': '' }],
    ['an empty key id', { 'x-key-id': '' }],
    ['two key ids, joined', { 'x-key-id': 'partner-1, partner-1' }],
    ['a long key id', { 'x-key-id': 'k'.repeat(129) }],
    ['an empty nonce', { 'x-nonce': '' }],
    ['two nonces, joined', { 'x-nonce': 'nonce-1, nonce-1' }],
    ['a nonce of 10 kB', { 'x-nonce': 'n'.repeat(10_000) }],
    ['a nonce that is not ASCII', { 'x-nonce': 'n\u00e9' }],
    ['a signature without its algorithm', { 'x-signature': good['x-signature']?.slice('hmac-sha256='.length) }],
    ['another algorithm', { 'x-signature': good['x-signature']?.replace('sha256', 'sha1') }],
  ]
  for (const [name, changes] of wrong) {
    test(name, async () => {
      const headers = Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined)
      const error = await errorIn(setUp().authenticate(request(Object.fromEntries(headers) as Record<string, string>)))
      assert.equal(error.status, 401)
      assert.notEqual(error.reason, 'unknown key')
    })
  }

  test('a nonce is demanded where it is required', async () => {
    const { authenticate } = setUp({ requireNonce: true })
    assert.equal((await errorIn(authenticate(signed()))).reason, 'incomplete signature')
    await principalIn(authenticate(signed({ nonce: 'nonce-1' })))
  })
})

suite('the body', () => {
  test('that is too large is refused, by the limit of its route', async () => {
    const limits: number[] = []
    const readBody = (maxBytes: number) => {
      limits.push(maxBytes)
      return new AuthError('content_too_large', { reason: 'body' })
    }
    const { authenticate } = setUp({ maxBodyBytes: 10, maxBodyBytesByRoute: { 'POST /imports/**': 1_000 } })
    const view = signed({ method: 'POST' })
    for (const [path, segments] of [
      ['/orders', ['orders']],
      ['/imports/7', ['imports', '7']],
    ] as const) {
      const large: RequestView = Object.assign(Object.create(view), { readBody, path, segments })
      Object.defineProperties(large, {
        headers: { value: view.headers },
        credential: { value: view.credential.bind(view) },
      })
      assert.equal((await errorIn(authenticate(large))).status, 413)
    }
    assert.deepEqual(limits, [10, 1_000])
  })
})

test('other header names', async () => {
  const { authenticate, authenticator } = setUp({ headers: { signature: 'X-Sig', keyId: 'X-Client' } })
  assert.deepEqual(authenticator.sources, [{ header: 'x-sig' }])
  const { 'x-signature': signature = '', 'x-key-id': keyId = '', ...rest } = signedHeaders(KEY.keyId, NEW)
  await principalIn(authenticate(requestView({ 'x-sig': signature }, { headers: { ...rest, 'x-client': keyId } })))
})
