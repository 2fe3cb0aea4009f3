import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Effect } from '../../../../lib/revoke/security-events/event-types.ts'
import { isObject, type MapSubject, subjectsOf } from '../../../../lib/revoke/security-events/subject.ts'
import { ISSUER } from '../../../support/access-token.ts'
import { TRANSMITTER } from '../../../support/security-event.ts'

const ISS_SUB = { format: 'iss_sub', iss: ISSUER, sub: 'alice' }
const OPAQUE = { format: 'opaque', id: 'id-1' }
const EMAIL = { format: 'email', email: 'alice@example.test' }

function find(identifier: Readonly<Record<string, unknown>>, effect: Effect = 'subject', mapSubject?: MapSubject) {
  return subjectsOf(identifier, effect, { transmitter: TRANSMITTER, subjectIssuer: ISSUER, mapSubject })
}

suite('a subject is found', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, Effect, readonly unknown[]])[] = [
    ['by issuer and subject', ISS_SUB, 'subject', [{ subject: 'alice' }]],
    [
      'in the spelling of before',
      { subject_type: 'iss-sub', iss: ISSUER, sub: 'alice' },
      'subject',
      [{ subject: 'alice' }],
    ],
    ['by an opaque id', OPAQUE, 'subject', [{ subject: 'id-1' }]],
    ['by an opaque id of a session, or of who has it', OPAQUE, 'session', [{ sessionId: 'id-1' }, { subject: 'id-1' }]],
    ['by one of its aliases', { format: 'aliases', identifiers: [EMAIL, ISS_SUB] }, 'subject', [{ subject: 'alice' }]],
    [
      'by the session of a user',
      { format: 'complex', session: OPAQUE, user: ISS_SUB },
      'session',
      [{ sessionId: 'id-1' }],
    ],
    ['by a complex one of before', { session: OPAQUE, user: ISS_SUB }, 'session', [{ sessionId: 'id-1' }]],
    [
      'by the user of a device',
      { format: 'complex', user: ISS_SUB, device: OPAQUE },
      'session',
      [{ subject: 'alice' }],
    ],
    [
      'by the user, when it is about the account',
      { format: 'complex', session: OPAQUE, user: OPAQUE },
      'subject',
      [{ subject: 'id-1' }],
    ],
    [
      'by the user, when the session is not known',
      { format: 'complex', session: EMAIL, user: ISS_SUB },
      'session',
      [{ subject: 'alice' }],
    ],
  ]
  for (const [name, identifier, effect, found] of cases) {
    test(name, async () => assert.deepEqual(await find(identifier, effect), found))
  }
})

suite('nobody is found', () => {
  const identifiers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'by the subject of another issuer': { ...ISS_SUB, iss: 'https://else.test' },
    'by the subject of an issuer that looks alike': { ...ISS_SUB, iss: `${ISSUER}/` },
    'without a subject': { ...ISS_SUB, sub: undefined },
    'by a subject that is no text': { ...ISS_SUB, sub: ['alice'] },
    'by an empty id': { format: 'opaque', id: '' },
    'by email': EMAIL,
    'by phone number': { format: 'phone_number', phone_number: '+12065550100' },
    'by account': { format: 'account', uri: 'acct:alice@example.test' },
    'by URI': { format: 'uri', uri: 'urn:alice' },
    'by DID': { format: 'did', url: 'did:example:1' },
    'by a device': { format: 'complex', device: OPAQUE },
    'by a tenant': { format: 'complex', tenant: OPAQUE },
    'by what has no format': { iss: ISSUER, sub: 'alice' },
    'by a format that is no text': { format: ['iss_sub'], iss: ISSUER, sub: 'alice' },
    'by aliases that are no list': { format: 'aliases', identifiers: ISS_SUB },
    'by aliases in aliases': { format: 'aliases', identifiers: [{ format: 'aliases', identifiers: [ISS_SUB] }] },
    'by a user in a user': { format: 'complex', user: { format: 'complex', user: ISS_SUB } },
    'by the 17th of its aliases': { format: 'aliases', identifiers: [...Array(16).fill(EMAIL), ISS_SUB] },
  }
  for (const [name, identifier] of Object.entries(identifiers)) {
    test(name, async () => {
      assert.deepEqual(await find(identifier), [])
      assert.deepEqual(await find(identifier, 'session'), [])
    })
  }
})

suite('an application may know more', () => {
  const mapSubject: MapSubject = async (identifier, transmitter) => {
    assert.equal(transmitter, TRANSMITTER)
    return identifier.email === 'alice@example.test' ? { subject: 'alice' } : undefined
  }

  test('of what is not found without it', async () => {
    assert.deepEqual(await find(EMAIL, 'subject', mapSubject), [{ subject: 'alice' }])
    assert.deepEqual(await find({ format: 'complex', user: EMAIL }, 'session', mapSubject), [{ subject: 'alice' }])
    assert.deepEqual(await find({ format: 'complex', session: EMAIL }, 'session', mapSubject), [{ subject: 'alice' }])
    assert.deepEqual(await find({ ...EMAIL, email: 'bob@example.test' }, 'subject', mapSubject), [])
  })

  test('and is not asked about the rest', async () => {
    const never: MapSubject = () => assert.fail('it is asked')
    assert.deepEqual(await find(ISS_SUB, 'subject', never), [{ subject: 'alice' }])
    assert.deepEqual(await find(OPAQUE, 'subject', never), [{ subject: 'id-1' }])
  })

  test('but a failure is no answer', async () => {
    await assert.rejects(
      find(EMAIL, 'subject', () => Promise.reject(new Error('directory down'))),
      /directory down/,
    )
  })
})

test('a list and null are no objects', () => {
  assert.deepEqual([{}, [], null, 'x', undefined].map(isObject), [true, false, false, false, false])
})
