import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { type HmacOptions, hmacAuthenticator } from '../../../lib/authenticate/hmac.ts'
import type { SharedKey } from '../../../lib/shared-key.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import { NOW } from '../../support/access-token.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'
import { signedHeaders } from '../../support/signed-request.ts'

const SECRET = 'a-secret-of-at-least-thirty-two-bytes'
const KEY: SharedKey = {
  ...{ keyId: 'partner-1', owner: 'acme', scopes: [], roles: [] },
  secrets: [createSecretKey(Buffer.from(SECRET))],
}
const REQUEST = { method: 'POST', target: '/orders?a=1', body: '{"a":1}', nonce: 'nonce-1' }
const V1 = { host: 'api.example.test', contentType: 'application/json' }

function setUp(options: Partial<HmacOptions> = {}) {
  return hmacAuthenticator({
    keys: { find: (keyId) => ({ ...KEY, keyId }) },
    replayStore: memoryReplayStore({ now: () => NOW }),
    now: () => NOW,
    ...options,
  })
}

interface Sent {
  readonly method?: string
  readonly target?: string
  readonly body?: string
  readonly authority?: string
  readonly headers?: Readonly<Record<string, string>>
}

function sent(headers: Record<string, string>, changes: Sent = {}) {
  const { 'x-signature': signature = '', ...others } = headers
  const { method, target, body } = { ...REQUEST, ...changes }
  const fields = { method, target, authority: changes.authority ?? V1.host, body: Buffer.from(body) }
  const given = { ...others, 'content-type': V1.contentType, ...changes.headers }
  return requestView({ 'x-signature': signature }, { ...fields, headers: given })
}

const signed = (changes: Parameters<typeof signedHeaders>[2] = {}) =>
  signedHeaders(KEY.keyId, SECRET, { ...REQUEST, v1: V1, ...changes })

test('the form v1 is accepted, with the host in any case', async () => {
  await principalIn(setUp().authenticate(sent(signed())))
  await principalIn(setUp().authenticate(sent(signed(), { authority: 'API.Example.TEST' })))
  const port = signed({ v1: { ...V1, host: 'api.example.test:8443' } })
  await principalIn(setUp().authenticate(sent(port, { authority: 'api.example.test:8443' })))
})

test('without a content type its line is empty', async () => {
  const request = requestView(
    { 'x-signature': signed({ v1: { host: V1.host } })['x-signature'] ?? '' },
    { ...REQUEST, authority: V1.host, headers: signed(), body: Buffer.from(REQUEST.body) },
  )
  await principalIn(setUp().authenticate(request))
})

suite('every part of it is covered: changed on the way, it is refused', () => {
  const changes: Readonly<Record<string, Sent>> = {
    method: { method: 'PUT' },
    path: { target: '/orders/?a=1' },
    'a value of the query': { target: '/orders?a=2' },
    host: { authority: 'other.example.test' },
    port: { authority: 'api.example.test:80' },
    'no host': { authority: '' },
    body: { body: '{"a":2}' },
    'content type': { headers: { 'content-type': 'text/plain' } },
    'a parameter of the content type': { headers: { 'content-type': 'application/json;charset=x' } },
    'key id': { headers: { 'x-key-id': 'partner-2' } },
    nonce: { headers: { 'x-nonce': 'nonce-2' } },
    timestamp: { headers: { 'x-timestamp': '2023-11-14T22:13:21Z' } },
  }
  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const authenticator = setUp()
      assert.equal((await errorIn(authenticator.authenticate(sent(signed(), change)))).reason, 'signature')
      await principalIn(authenticator.authenticate(sent(signed())))
    })
  }

  test('a content type that is not ASCII cannot be signed', async () => {
    const odd = sent(signed(), { headers: { 'content-type': 'text/plain;a="\u00e9"' } })
    assert.equal((await errorIn(setUp().authenticate(odd))).reason, 'content type')
  })
})

test('it needs a nonce', async () => {
  const { 'x-nonce': _nonce, ...headers } = signed()
  assert.equal((await errorIn(setUp().authenticate(sent(headers)))).reason, 'incomplete signature')
})

test('a signature of one form is none of the other', async () => {
  const simple = signed({ v1: undefined })
  const relabelled = { ...simple, 'x-signature': simple['x-signature']?.replace('=', '-v1=') ?? '' }
  assert.equal((await errorIn(setUp().authenticate(sent(relabelled)))).reason, 'signature')
  const stripped = { ...signed(), 'x-signature': signed()['x-signature']?.replace('-v1', '') ?? '' }
  assert.equal((await errorIn(setUp().authenticate(sent(stripped)))).reason, 'signature')
})

test('a nonce counts once for a key, in whichever form', async () => {
  const authenticator = setUp()
  await principalIn(authenticator.authenticate(sent(signed())))
  assert.equal((await errorIn(authenticator.authenticate(sent(signed({ v1: undefined }))))).reason, 'replayed')
})

test('a form that is not on the list is refused', async () => {
  for (const [form, good, bad] of [
    ['hmac-sha256', signed({ v1: undefined }), signed()],
    ['hmac-sha256-v1', signed(), signed({ v1: undefined })],
  ] as const) {
    await principalIn(setUp({ forms: [form] }).authenticate(sent(good)))
    assert.equal((await errorIn(setUp({ forms: [form] }).authenticate(sent(bad)))).reason, 'signature format')
  }
})
