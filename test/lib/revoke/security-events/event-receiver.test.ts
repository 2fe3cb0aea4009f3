import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type RevocationRequest, revocationRequests } from '../../../../lib/revoke/revocation-request.ts'
import {
  eventError,
  eventReceiver,
  type SecurityEventReceiverOptions,
} from '../../../../lib/revoke/security-events/event-receiver.ts'
import { NOW } from '../../../support/access-token.ts'
import { claimedOnce } from '../../../support/claimed-once.ts'
import { memoryRevocations } from '../../../support/memory-revocations.ts'
import { publishedOn } from '../../../support/published-events.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import {
  CAEP,
  RECEIVER,
  SECURITY_EVENT_TYPE,
  securityEventClaims,
  TRANSMITTER,
} from '../../../support/security-event.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const SECRET = `Bearer ${'s'.repeat(32)}`
const OTHER = 'https://other-signals.example.test'
const key = createSigningKey()
const other = createSigningKey()
const transmitter = {
  issuer: TRANSMITTER,
  audience: RECEIVER,
  algorithms: ['ES256'] as const,
  keys: { keys: [key.jwk] },
  authorization: SECRET,
}
const another = {
  ...transmitter,
  issuer: OTHER,
  keys: { keys: [other.jwk] },
  authorization: `Bearer ${'o'.repeat(32)}`,
}
const ALICE = {
  kind: 'subject',
  subject: 'alice',
  issuedBefore: NOW,
  issuer: TRANSMITTER,
  expiresAt: NOW + 86_400 + 300,
}

function setUp(changes: Partial<SecurityEventReceiverOptions> = {}) {
  const revocations = memoryRevocations()
  const replays = claimedOnce()
  const receiver = eventReceiver({
    transmitters: [transmitter, another],
    revocations,
    replays,
    now: () => NOW,
    warn: () => undefined,
    ...changes,
  })
  const receive = async (token: string, authorization: string | undefined = SECRET) => {
    const { status, body } = await receiver.receive({ token, authorization })
    return body === '' ? [status, ''] : [status, JSON.parse(body).err]
  }
  return { receiver, revocations, replays, receive }
}

function sign(changes: Readonly<Record<string, unknown>> = {}, header = SECURITY_EVENT_TYPE): string {
  return key.sign(securityEventClaims(changes), header)
}

test('a good token is acknowledged, does what it says, and is an event', async () => {
  const events = publishedOn<RevocationRequest>(revocationRequests)
  const { receive, revocations } = setUp()
  assert.deepEqual(await receive(sign()), [202, ''])
  assert.deepEqual(revocations.take(), [ALICE])
  assert.deepEqual(events, [{ input: 'security-event', revocation: ALICE, actor: TRANSMITTER, at: NOW }])
})

test('a token of something else is acknowledged, and does nothing', async () => {
  const { receive, revocations } = setUp()
  const events = [{ [`${CAEP}token-claims-change`]: {} }, { 'https://else.test/event': {} }]
  for (const [index, each] of events.entries()) {
    assert.deepEqual(await receive(sign({ events: each, jti: String(index) })), [202, ''])
  }
  assert.deepEqual(revocations.take(), [])
})

test('two transmitters may call two tokens by one name', async () => {
  const { receive, revocations } = setUp()
  const theirs = securityEventClaims({ iss: OTHER, sub_id: { format: 'opaque', id: 'bob' } })
  assert.deepEqual(await receive(sign()), [202, ''])
  assert.deepEqual(await receive(other.sign(theirs, SECURITY_EVENT_TYPE), another.authorization), [202, ''])
  assert.deepEqual(
    revocations.take().map(({ issuer }) => issuer),
    [TRANSMITTER, OTHER],
  )
})

suite('is refused with its code, and does nothing', () => {
  const future = securityEventClaims({ iat: NOW + 60 })
  const cases: Readonly<Record<string, readonly [token: string, code: string]>> = {
    'what is no token': ['no token', 'invalid_issuer'],
    'a token of an unknown issuer': [sign({ iss: 'https://else.test' }), 'invalid_issuer'],
    'a token of another key': [createSigningKey().sign(securityEventClaims(), SECURITY_EVENT_TYPE), 'invalid_key'],
    'a token of the key of another transmitter': [
      other.sign(securityEventClaims(), SECURITY_EVENT_TYPE),
      'invalid_key',
    ],
    'a token of an unknown key': [
      createSigningKey('ES256', 'key-9').sign(securityEventClaims(), SECURITY_EVENT_TYPE),
      'invalid_key',
    ],
    'a token by another algorithm': [
      createSigningKey('RS256').sign(securityEventClaims(), SECURITY_EVENT_TYPE),
      'invalid_key',
    ],
    'a token for others': [sign({ aud: 'https://else.test' }), 'invalid_audience'],
    'an access token': [sign({}, { typ: 'at+jwt' }), 'invalid_request'],
    'a logout token': [sign({}, { typ: 'logout+jwt' }), 'invalid_request'],
    'a token without a type': [sign({}, { typ: undefined }), 'invalid_request'],
    'a token of the future': [key.sign(future, SECURITY_EVENT_TYPE), 'invalid_request'],
    'a token that has expired': [sign({ exp: NOW - 60 }), 'invalid_request'],
    'a token without a name': [sign({ jti: undefined }), 'invalid_request'],
    'a token without events': [sign({ events: undefined }), 'invalid_request'],
    'a token about nobody': [sign({ sub_id: undefined }), 'invalid_request'],
    'a token about an address': [sign({ sub_id: { format: 'email', email: 'a@b.test' } }), 'invalid_request'],
  }
  for (const [name, [token, code]] of Object.entries(cases)) {
    test(name, async () => {
      const { receive, revocations, replays } = setUp()
      assert.deepEqual(await receive(token), [400, code])
      assert.deepEqual(revocations.take(), [])
      assert.equal(replays.claims.size, 0)
    })
  }

  test('a good token without the header of its transmitter, or with that of another', async () => {
    const { receive, receiver, revocations } = setUp()
    for (const authorization of ['', 'Bearer x', another.authorization]) {
      assert.deepEqual(await receive(sign(), authorization), [400, 'authentication_failed'])
    }
    assert.equal((await receiver.receive({ token: sign(), authorization: undefined })).status, 400)
    assert.deepEqual(revocations.take(), [])
  })
})

test('a token that comes again is acknowledged again, changes nothing, and is no event', async () => {
  const events = publishedOn<RevocationRequest>(revocationRequests)
  let time = NOW
  const { receive, revocations, replays } = setUp({ now: () => time })
  const milliseconds = { events: { [`${CAEP}credential-change`]: { event_timestamp: NOW * 1000 } } }
  assert.deepEqual(await receive(sign(milliseconds)), [202, ''])
  time += 3_600
  assert.deepEqual(await receive(sign(milliseconds)), [202, ''])
  assert.equal(events.length, 1)
  assert.deepEqual(revocations.take(), [ALICE])
  assert.deepEqual([...replays.claims.values()], [NOW + 86_400 + 300])
})

test('a token that comes again to another instance ends no more than the first time', async () => {
  const replays = claimedOnce()
  const milliseconds = { events: { [`${CAEP}credential-change`]: { event_timestamp: NOW * 1000 } } }
  const [here, there] = [setUp({ replays }), setUp({ replays, now: () => NOW + 3_600 })]
  await here.receive(sign(milliseconds))
  assert.deepEqual(await there.receive(sign(milliseconds)), [202, ''])
  const issuedBefore = (each: object) => (each as { issuedBefore?: number }).issuedBefore
  assert.deepEqual([...here.revocations.take(), ...there.revocations.take()].map(issuedBefore), [NOW, NOW])
})

suite('a failure is no answer, and the transmitter can try again', () => {
  test('of the list: the token is not used up', async () => {
    const { receive, revocations } = setUp()
    revocations.setDown(true)
    await assert.rejects(receive(sign()), /down/)
    revocations.setDown(false)
    assert.deepEqual(await receive(sign()), [202, ''])
    assert.deepEqual(revocations.take(), [ALICE])
  })

  test('of the replay store', async () => {
    const { receive, replays } = setUp()
    replays.setDown(true)
    await assert.rejects(receive(sign()), /down/)
  })

  test('of the keys', async () => {
    const { keys: _, ...remote } = transmitter
    const transmitters = [{ ...remote, jwksUri: 'https://signals.example.test/jwks' }]
    const { receive } = setUp({ transmitters, fetch: () => Promise.reject(new Error('down')) })
    await assert.rejects(receive(sign()), { name: 'DependencyError' })
  })
})

test('errors are told as RFC 8935 tells them', () => {
  const { status, headers, body } = eventError('invalid_key', 'why', 413)
  assert.deepEqual([status, headers['content-type'], headers['content-language']], [413, 'application/json', 'en'])
  assert.deepEqual(JSON.parse(body), { err: 'invalid_key', description: 'why' })
})

test('options are checked', () => {
  const wrong = (changes: object) => () => setUp(untyped(changes))
  assertRefusedOption(wrong({ transmitters: [] }), 'securityEventReceiver', '"transmitters" must list at least one')
  assertRefusedOption(wrong({ transmitters: {} }), '"transmitters" must be a list')
  assertRefusedOption(wrong({ transmitters: [transmitter, transmitter] }), '"transmitters" names one issuer twice')
  assertRefusedOption(wrong({ revocations: undefined }), '"revocations"')
  assertRefusedOption(wrong({ replays: undefined }), '"replays"')
  assertRefusedOption(wrong({ mapSubject: {} }), '"mapSubject"')
  assertRefusedOption(wrong({ alsoRevokeOn: [] }), '"alsoRevokeOn"')
  assertRefusedOption(wrong({ maxTokenLifetimeSeconds: 0 }), '"maxTokenLifetimeSeconds"')
  assertRefusedOption(wrong({ transmitter: [] }), 'Did you mean "transmitters"')
})
