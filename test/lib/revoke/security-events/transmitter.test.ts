import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTransmitter, type TransmitterOptions } from '../../../../lib/revoke/security-events/transmitter.ts'
import { NOW } from '../../../support/access-token.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { RECEIVER, TRANSMITTER } from '../../../support/security-event.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const SECRET = `Bearer ${'s'.repeat(32)}`
const NEXT = `Bearer ${'n'.repeat(32)}`
const keys = { keys: [createSigningKey().jwk] }

function create(changes: Partial<TransmitterOptions> = {}) {
  const options = { issuer: TRANSMITTER, audience: RECEIVER, algorithms: ['ES256'] as const, keys, ...changes }
  return createTransmitter('factory', options, { fetch, now: () => NOW, warn: () => undefined })
}

test('a transmitter speaks about its own subjects, unless it is said about whose', () => {
  assert.equal(create().subjectIssuer, TRANSMITTER)
  assert.equal(create({ subjectIssuer: 'https://login.example.test' }).subjectIssuer, 'https://login.example.test')
})

test('its header is exactly the one that was agreed on, or one of them', () => {
  const { isAuthorized } = create({ authorization: [SECRET, NEXT] })
  assert.deepEqual([isAuthorized(SECRET), isAuthorized(NEXT)], [true, true])
  for (const header of [undefined, '', 'Bearer', SECRET.toLowerCase(), `${SECRET} `, `${SECRET}, ${NEXT}`]) {
    assert.equal(isAuthorized(header), false, String(header))
  }
  assert.equal(create({ authorization: SECRET }).isAuthorized(NEXT), false)
})

test('without one, the signature alone counts', () => {
  assert.equal(create().isAuthorized(undefined), true)
  assert.equal(create().isAuthorized('anything'), true)
})

test('options are checked', () => {
  const wrong = (changes: object) => () => create(untyped(changes))
  assertRefusedOption(wrong({ authorization: 'Bearer short' }), 'factory.transmitters', '"authorization"', '32')
  assertRefusedOption(wrong({ authorization: [] }), '"authorization"')
  assertRefusedOption(wrong({ authorization: [SECRET, ''] }), '"authorization"')
  assertRefusedOption(wrong({ subjectIssuer: '' }), '"subjectIssuer"')
  assertRefusedOption(wrong({ audience: [] }), '"audience"')
  assertRefusedOption(wrong({ secret: 'x'.repeat(32) }), 'unknown option "secret"')
  assertRefusedOption(wrong({ authorisation: SECRET }), 'Did you mean "authorization"')
})
