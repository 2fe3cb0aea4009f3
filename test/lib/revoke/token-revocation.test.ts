import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type RevocationRequest, revocationRequests } from '../../../lib/revoke/revocation-request.ts'
import { type RevocationEndpointOptions, tokenRevocation } from '../../../lib/revoke/token-revocation.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { memoryRevocations } from '../../support/memory-revocations.ts'
import { principal } from '../../support/outcomes.ts'
import { publishedOn } from '../../support/published-events.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const key = createSigningKey()
const revocations = memoryRevocations()
const issuer = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] as const, keys: { keys: [key.jwk] } }

function endpoint(changes: Partial<RevocationEndpointOptions> = {}) {
  return tokenRevocation({ issuers: [issuer], revocations, now: () => NOW, ...changes })
}

const WEB_APP = principal({ kind: 'client', subject: 'web-app', clientId: 'web-app', issuer: ISSUER, method: 'jwt' })
const ALICE = principal({ subject: 'alice', clientId: 'web-app', issuer: ISSUER, method: 'jwt' })
const ALICES = { kind: 'token', tokenId: 'token-1', issuer: ISSUER, expiresAt: NOW + 600 + 300 }

async function revoke(token: string, caller = WEB_APP, revocation = endpoint()): Promise<[number, string]> {
  const form = new Map([
    ['token', token],
    ['token_type_hint', 'refresh_token'],
  ])
  const { status, body } = await revocation.revoke(form, caller)
  return [status, body === '' ? '' : JSON.parse(body).error]
}

suite('a client revokes', () => {
  test('a token that was issued to it, until no clock takes it any more; whatever it hints at', async () => {
    const events = publishedOn<RevocationRequest>(revocationRequests)
    assert.deepEqual(await revoke(key.sign(accessTokenClaims())), [200, ''])
    assert.deepEqual(revocations.take(), [ALICES])
    assert.deepEqual(events, [{ input: 'client', revocation: ALICES, actor: 'client:web-app', at: NOW }])
  })

  test('a token that names it in `azp`', async () => {
    assert.deepEqual(await revoke(key.sign(accessTokenClaims({ client_id: undefined, azp: 'web-app' }))), [200, ''])
    assert.equal(revocations.take().length, 1)
  })

  test('by its user, who revokes only that user', async () => {
    assert.deepEqual(await revoke(key.sign(accessTokenClaims()), ALICE), [200, ''])
    assert.deepEqual(revocations.take(), [ALICES])
    assert.deepEqual(await revoke(key.sign(accessTokenClaims({ sub: 'bob' })), ALICE), [400, 'invalid_grant'])
    assert.deepEqual(revocations.take(), [])
  })
})

suite('a token of another is refused, and nothing is revoked', () => {
  const callers = {
    'another client': principal({ ...WEB_APP, subject: 'app-2', clientId: 'app-2' }),
    'a client of that name at another issuer': principal({ ...WEB_APP, issuer: 'https://else.test' }),
    'a client of that name at no issuer, such as of an API key': principal({ ...WEB_APP, issuer: undefined }),
    'somebody without a client': principal({ subject: 'alice', issuer: ISSUER }),
  }
  for (const [name, caller] of Object.entries(callers)) {
    test(name, async () => {
      assert.deepEqual(await revoke(key.sign(accessTokenClaims()), caller), [400, 'invalid_grant'])
      assert.deepEqual(revocations.take(), [])
    })
  }

  test('unless the application says otherwise, and says it clearly', async () => {
    const partner = principal({ kind: 'client', subject: 'partner', method: 'api-key', clientId: 'partner' })
    const asked: unknown[] = []
    const mayRevoke = async (caller: unknown, token: unknown) => asked.push(caller, token) > 0
    assert.deepEqual(await revoke(key.sign(accessTokenClaims()), partner, endpoint({ mayRevoke })), [200, ''])
    assert.equal(asked[0], partner)
    assert.deepEqual(revocations.take(), [ALICES])
    for (const answer of [false, undefined, 1, 'true', {}]) {
      const unclear = endpoint({ mayRevoke: () => answer as never })
      assert.deepEqual(await revoke(key.sign(accessTokenClaims()), partner, unclear), [400, 'invalid_grant'])
    }
    assert.deepEqual(revocations.take(), [])
  })
})

suite('a token that is not valid needs no revocation: 200, and nothing happens', () => {
  const tokens = {
    'of another key': createSigningKey().sign(accessTokenClaims()),
    'of another issuer': key.sign(accessTokenClaims({ iss: 'https://else.test' })),
    'for another API': key.sign(accessTokenClaims({ aud: 'https://else.test' })),
    expired: key.sign(accessTokenClaims({ exp: NOW - 5 })),
    'an ID token': key.sign(accessTokenClaims({ nonce: 'n', scope: undefined }), { typ: 'JWT' }),
    'that says nothing': 'a.b.c',
  }
  for (const [name, token] of Object.entries(tokens)) {
    test(name, async () => {
      assert.deepEqual(await revoke(token), [200, ''])
      assert.deepEqual(revocations.take(), [])
    })
  }
})

suite('what cannot be revoked is not said to be', () => {
  test('a token that is no JWT: it may be good', async () => {
    assert.deepEqual(await revoke('opaque-token'), [400, 'unsupported_token_type'])
  })

  test('a token without jti: others would end with it', async () => {
    const token = key.sign(accessTokenClaims({ jti: undefined }))
    assert.deepEqual(await revoke(token), [400, 'unsupported_token_type'])
    assert.deepEqual(revocations.take(), [])
  })

  test('a form without token, and one that holds a parameter twice', async () => {
    for (const form of [undefined, new Map(), new Map([['token', '']])]) {
      const { status, body } = await endpoint().revoke(form, WEB_APP)
      assert.deepEqual([status, JSON.parse(body).error], [400, 'invalid_request'])
    }
  })
})

suite('a failure is no answer', () => {
  test('of the list', async () => {
    revocations.setDown(true)
    await assert.rejects(revoke(key.sign(accessTokenClaims())), /down/)
    revocations.setDown(false)
  })

  test('of the issuer, whose keys cannot be had', async () => {
    const { keys: _, ...remote } = issuer
    const issuers = [{ ...remote, jwksUri: 'https://issuer.example.test/jwks' }]
    const broken = endpoint({ issuers, fetch: () => Promise.reject(new Error('down')), warn: () => undefined })
    await assert.rejects(revoke(key.sign(accessTokenClaims()), WEB_APP, broken), { name: 'DependencyError' })
  })

  test('of the rule', async () => {
    const broken = endpoint({ mayRevoke: () => Promise.reject(new Error('down')) })
    await assert.rejects(revoke(key.sign(accessTokenClaims()), WEB_APP, broken), /down/)
  })
})

test('issuers may be found by a function', async () => {
  const found = endpoint({ issuers: (name) => (name === ISSUER ? issuer : undefined) })
  assert.deepEqual(await revoke(key.sign(accessTokenClaims()), WEB_APP, found), [200, ''])
  assert.deepEqual(revocations.take(), [ALICES])
})

test('options are checked', () => {
  const wrong = (changes: object) => () => endpoint(untyped(changes))
  assertRefusedOption(wrong({ issuers: [] }), 'revocationEndpoint', '"issuers"')
  assertRefusedOption(wrong({ revocations: {} }), 'revocationEndpoint', '"revocations"')
  assertRefusedOption(wrong({ mayRevoke: true }), '"mayRevoke" must be a function')
  assertRefusedOption(wrong({ mayRevok: true }), 'Did you mean "mayRevoke"')
  assertRefusedOption(wrong({ issuers: [{ ...issuer, algorithms: ['none'] }] }), '"algorithms"')
})
