import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type BackChannelLogoutOptions, logoutReceiver } from '../../../../lib/revoke/logout/logout-receiver.ts'
import { type RevocationRequest, revocationRequests } from '../../../../lib/revoke/revocation-request.ts'
import { ISSUER, NOW } from '../../../support/access-token.ts'
import { claimedOnce } from '../../../support/claimed-once.ts'
import { LOGOUT_CLIENT, LOGOUT_TYPE, logoutClaims } from '../../../support/logout-token.ts'
import { memoryRevocations } from '../../../support/memory-revocations.ts'
import { publishedOn } from '../../../support/published-events.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const key = createSigningKey()
const other = createSigningKey()
const OTHER_ISSUER = 'https://other.example.test'
const issuer = { issuer: ISSUER, audience: LOGOUT_CLIENT, algorithms: ['ES256'] as const, keys: { keys: [key.jwk] } }
const otherIssuer = { ...issuer, issuer: OTHER_ISSUER, keys: { keys: [other.jwk] } }
const SESSION = { kind: 'session', sessionId: 'session-1', issuer: ISSUER, expiresAt: NOW + 86_400 + 300 }

function setUp(changes: Partial<BackChannelLogoutOptions> = {}) {
  const revocations = memoryRevocations()
  const replays = claimedOnce()
  const receiver = logoutReceiver({
    issuers: [issuer, otherIssuer],
    revocations,
    replays,
    now: () => NOW,
    warn: () => undefined,
    ...changes,
  })
  const receive = async (token: string) => {
    const { status, body } = await receiver.receive(new Map([['logout_token', token]]))
    return body === '' ? [status, ''] : [status, JSON.parse(body).error_description]
  }
  return { receiver, revocations, replays, receive }
}

test('a good logout token ends the session, and is an event', async () => {
  const events = publishedOn<RevocationRequest>(revocationRequests)
  const { receive, revocations } = setUp()
  assert.deepEqual(await receive(key.sign(logoutClaims(), LOGOUT_TYPE)), [200, ''])
  assert.deepEqual(revocations.take(), [SESSION])
  assert.deepEqual(events, [{ input: 'logout', revocation: SESSION, actor: ISSUER, at: NOW }])
})

test('a logout token of an issuer ends its own sessions, not those of another', async () => {
  const { receive, revocations } = setUp()
  assert.deepEqual(await receive(other.sign(logoutClaims({ iss: OTHER_ISSUER }), LOGOUT_TYPE)), [200, ''])
  assert.equal(revocations.take()[0]?.issuer, OTHER_ISSUER)
})

test('two issuers may call two tokens by one name', async () => {
  const { receive } = setUp()
  assert.deepEqual(await receive(key.sign(logoutClaims(), LOGOUT_TYPE)), [200, ''])
  assert.deepEqual(await receive(other.sign(logoutClaims({ iss: OTHER_ISSUER }), LOGOUT_TYPE)), [200, ''])
})

suite('is refused, and nothing ends', () => {
  const refused = async (token: string, word: RegExp) => {
    const { receive, revocations, replays } = setUp()
    const [status, description] = await receive(token)
    assert.equal(status, 400)
    assert.match(description, word)
    assert.deepEqual(revocations.take(), [])
    assert.equal(replays.claims.size, 0)
  }

  test('a token of another key', () => refused(createSigningKey().sign(logoutClaims(), LOGOUT_TYPE), /: signature$/))
  test('a token of the key of another issuer', () => refused(other.sign(logoutClaims(), LOGOUT_TYPE), /: signature$/))
  test('a token of an unknown issuer', () => refused(key.sign(logoutClaims({ iss: 'x' }), LOGOUT_TYPE), /: issuer$/))
  test('a token for another client', () => refused(key.sign(logoutClaims({ aud: 'x' }), LOGOUT_TYPE), /: audience$/))
  test('a token of another type', () => refused(key.sign(logoutClaims()), /: typ$/))
  test('a token that has expired', () => refused(key.sign(logoutClaims({ exp: NOW - 9 }), LOGOUT_TYPE), /: expired$/))
  test('no token', () => refused('', /: it is missing$/))
})

test('a form without the token, or with two, is refused', async () => {
  const { receiver } = setUp()
  for (const form of [undefined, new Map()]) assert.equal((await receiver.receive(form)).status, 400)
})

test('a token that comes again is refused, and no event', async () => {
  const events = publishedOn<RevocationRequest>(revocationRequests)
  const { receive, revocations, replays } = setUp()
  const token = key.sign(logoutClaims(), LOGOUT_TYPE)
  await receive(token)
  const [status, description] = await receive(token)
  assert.equal(status, 400)
  assert.match(description, /here before/)
  assert.equal(events.length, 1)
  assert.deepEqual(revocations.take(), [SESSION])
  assert.deepEqual([...replays.claims.values()], [NOW + 120 + 5])
})

suite('a failure is no answer, and the sender can try again', () => {
  const token = key.sign(logoutClaims(), LOGOUT_TYPE)

  test('of the list: the token is not used up', async () => {
    const { receive, revocations } = setUp()
    revocations.setDown(true)
    await assert.rejects(receive(token), /down/)
    revocations.setDown(false)
    assert.deepEqual(await receive(token), [200, ''])
    assert.deepEqual(revocations.take(), [SESSION])
  })

  test('of the replay store: what is revoked stays so', async () => {
    const { receive, revocations, replays } = setUp()
    replays.setDown(true)
    await assert.rejects(receive(token), /down/)
    assert.deepEqual(revocations.take(), [SESSION])
    replays.setDown(false)
    assert.deepEqual(await receive(token), [200, ''])
  })

  test('of the keys', async () => {
    const { keys: _, ...remote } = issuer
    const issuers = [{ ...remote, jwksUri: 'https://issuer.example.test/jwks' }]
    const { receive } = setUp({ issuers, fetch: () => Promise.reject(new Error('down')) })
    await assert.rejects(receive(token), { name: 'DependencyError' })
  })
})

suite('options', () => {
  test('say how long a logout is kept, and what access tokens hold', async () => {
    const { receive, revocations } = setUp({
      issuers: [{ ...issuer, tokensHaveSid: false, allowUntyped: true }],
      maxTokenLifetimeSeconds: 600,
    })
    assert.deepEqual(await receive(key.sign(logoutClaims(), { typ: 'JWT' })), [200, ''])
    assert.deepEqual(revocations.take(), [
      { kind: 'subject', subject: 'alice', issuedBefore: NOW, issuer: ISSUER, expiresAt: NOW + 900 },
    ])
  })

  test('are checked', () => {
    const wrong = (changes: object) => () => setUp(untyped(changes))
    const wrongIssuer = (changes: object) => wrong({ issuers: [{ ...issuer, ...changes }] })
    assertRefusedOption(wrong({ issuers: [] }), 'backChannelLogout', '"issuers" must list at least one')
    assertRefusedOption(wrong({ issuers: issuer }), '"issuers" must be a list')
    assertRefusedOption(wrong({ issuers: [issuer, issuer] }), '"issuers" names one issuer twice')
    assertRefusedOption(wrong({ issuers: ['x'] }), 'backChannelLogout.issuers', 'options must be an object')
    assertRefusedOption(wrong({ revocations: undefined }), '"revocations"')
    assertRefusedOption(wrong({ replays: undefined }), '"replays"')
    assertRefusedOption(wrong({ replay: {} }), 'Did you mean "replays"')
    assertRefusedOption(wrong({ maxTokenLifetimeSeconds: -1 }), '"maxTokenLifetimeSeconds"')
    assertRefusedOption(wrongIssuer({ audience: undefined }), '"audience"')
    assertRefusedOption(wrongIssuer({ algorithms: ['HS256'] }), 'HS256')
    assertRefusedOption(wrongIssuer({ secret: 'x'.repeat(32) }), 'unknown option "secret"')
    assertRefusedOption(wrongIssuer({ tokensHaveSid: 'no' }), '"tokensHaveSid"')
    assertRefusedOption(wrongIssuer({ allowUntyped: 1 }), '"allowUntyped"')
  })
})
