import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type EventRules, revocationsOf } from '../../../../lib/revoke/security-events/security-event.ts'
import { NOW } from '../../../support/access-token.ts'
import { CAEP, RISC, securityEventClaims, TRANSMITTER } from '../../../support/security-event.ts'

const ISSUED_AT = NOW - 1
const DISABLED = `${RISC}account-disabled`
const expiresAt = NOW + 1_000

function find(claims: Readonly<Record<string, unknown>>, rules: Partial<EventRules> = {}) {
  const known: EventRules = {
    transmitter: TRANSMITTER,
    subjectIssuer: TRANSMITTER,
    mapSubject: undefined,
    alsoRevokeOn: new Set(),
    keepForSeconds: 1_000,
    warn: (message) => assert.fail(message),
    ...rules,
  }
  return revocationsOf(securityEventClaims(claims), known, NOW)
}

function alice(issuedBefore: number) {
  return { kind: 'subject', subject: 'alice', issuedBefore, issuer: TRANSMITTER, expiresAt }
}

suite('tokens end that were issued before', () => {
  const at = (told: unknown) => ({ events: { [DISABLED]: { event_timestamp: told } } })
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, number])[] = [
    ['the event was told', {}, ISSUED_AT + 1],
    ['the event happened', at(NOW - 100), NOW - 99],
    ['the event happened, to the millisecond', at(NOW - 100.5), NOW - 100],
    ['the event happened, as its token says', { toe: NOW - 50 }, NOW - 49],
    ['it was told, when its time is in milliseconds', at((NOW - 100) * 1000), ISSUED_AT + 1],
    ['it was told, when its time is to come', at(NOW + 10_000), ISSUED_AT + 1],
    ['it was told, when its time is none', at('yesterday'), ISSUED_AT + 1],
    ['it was told, when its time is before all times', at(-5), ISSUED_AT + 1],
  ]
  for (const [name, claims, issuedBefore] of cases) {
    test(name, async () => assert.deepEqual(await find(claims), [alice(issuedBefore)]))
  }
})

suite('whose tokens', () => {
  test('is told in the event, in `sub_id` or in `sub`, in that order', async () => {
    const bob = { format: 'opaque', id: 'bob' }
    const [inEvent] = await find({ events: { [DISABLED]: { subject: bob } } })
    assert.equal((inEvent as { subject?: string }).subject, 'bob')
    assert.deepEqual(await find({ sub: 'carol' }), [alice(NOW)])
    assert.deepEqual(await find({ sub_id: undefined, sub: 'alice' }), [alice(NOW)])
  })

  test('are those of the issuer that the transmitter speaks about', async () => {
    const opaque = { format: 'opaque', id: 'alice' }
    const [found] = await find({ sub_id: opaque }, { subjectIssuer: 'https://login.example.test' })
    assert.equal((found as { issuer?: string }).issuer, 'https://login.example.test')
  })

  test('is never told by a token of another issuer', async () => {
    const problem = await find({ sub_id: undefined, sub: 'alice' }, { subjectIssuer: 'https://login.example.test' })
    assert.match(problem as string, /nobody that is known/)
  })

  test('may be found by the application, at any issuer', async () => {
    const sub_id = { format: 'email', email: 'alice@example.test' }
    const elsewhere = await find({ sub_id }, { mapSubject: () => ({ issuer: 'https://b.test', sessionId: 's' }) })
    assert.deepEqual(elsewhere, [{ kind: 'session', sessionId: 's', issuer: 'https://b.test', expiresAt }])
  })

  test('is not what the application finds in error', async () => {
    const sub_id = { format: 'email', email: 'alice@example.test' }
    for (const found of [{}, { subject: '' }, { subject: 7 }, { subject: 'a', issuer: '' }]) {
      await assert.rejects(find({ sub_id }, { mapSubject: () => found as never }), { name: 'DependencyError' })
    }
  })
})

suite('a token is refused', () => {
  const claims: Readonly<Record<string, readonly [Readonly<Record<string, unknown>>, RegExp]>> = {
    'without events': [{ events: undefined }, /no events/],
    'with no event': [{ events: {} }, /no events/],
    'with events that are a list': [{ events: [DISABLED] }, /no events/],
    'with an event that is no object': [{ events: { [DISABLED]: true } }, /no object/],
    'without a subject': [{ sub_id: undefined }, /no subject/],
    'with a subject that is no object': [{ sub_id: 'alice' }, /no subject/],
    'with a subject that nobody knows': [{ sub_id: { format: 'email', email: 'a@b.test' } }, /nobody that is known/],
    'when one of two events is so': [
      { events: { [DISABLED]: {}, [`${CAEP}session-revoked`]: { subject: { format: 'email' } } } },
      /nobody that is known/,
    ],
  }
  for (const [name, [changes, words]] of Object.entries(claims)) {
    test(name, async () => {
      const problem = await find(changes)
      assert.ok(typeof problem === 'string', 'it is not refused')
      assert.match(problem, words)
    })
  }
})

suite('events', () => {
  test('may be several', async () => {
    const events = { [DISABLED]: {}, [`${CAEP}session-revoked`]: { subject: { format: 'opaque', id: 's' } } }
    const found = await find({ events })
    assert.deepEqual(
      (found as readonly { kind: string }[]).map(({ kind }) => kind),
      ['subject', 'session', 'subject'],
    )
  })

  test('of something else end nothing, whomever they are about', async () => {
    const events = { [`${CAEP}token-claims-change`]: {}, [`${CAEP}credential-change`]: { change_type: 'create' } }
    assert.deepEqual(await find({ events, sub_id: { format: 'email' } }), [])
  })

  test('that nobody knows end nothing, with a warning that does not grow with them', async () => {
    const warnings: string[] = []
    const type = `https://else.test/${'x'.repeat(10_000)}`
    assert.deepEqual(await find({ events: { [type]: {} } }, { warn: (message) => void warnings.push(message) }), [])
    assert.match(warnings[0] ?? '', /signals\.example\.test sent an event of a type that is not known/)
    assert.ok((warnings[0] ?? '').length < 300)
  })

  test('that the application names end all tokens about their subject', async () => {
    const events = { 'https://else.test/event': {} }
    assert.deepEqual(await find({ events }, { alsoRevokeOn: new Set(Object.keys(events)) }), [alice(NOW)])
  })
})
