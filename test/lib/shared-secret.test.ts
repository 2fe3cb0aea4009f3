import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { sharedSecret } from '../../lib/shared-secret.ts'
import { assertRefusedOption } from '../support/refused-option.ts'
import { createSigningKey } from '../support/signing-key.ts'

const refuse = (secret: unknown) =>
  assertRefusedOption(() => sharedSecret('factory', 'secret', secret), 'factory', '"secret"')

test('text and bytes make the same secret, and later changes of the bytes none', () => {
  const text = 'thirty-two bytes of a good secret'
  const bytes = Buffer.from(text)
  const secret = sharedSecret('factory', 'secret', bytes)
  bytes.fill(0)
  assert.ok(secret.equals(sharedSecret('factory', 'secret', text)))
  assert.equal(secret.type, 'secret')
})

test('bytes are counted, not characters', () => {
  assert.ok(sharedSecret('factory', 'secret', 'ü'.repeat(16)))
  refuse('ü'.repeat(15))
  assert.ok(sharedSecret('factory', 'secret', new Uint8Array(32).fill(7)))
  refuse(new Uint8Array(31).fill(7))
})

suite('what is no secret is refused', () => {
  for (const secret of [undefined, null, '', 42, [], {}, 'x'.repeat(31), new ArrayBuffer(64)]) {
    test(String(secret), () => refuse(secret))
  }

  test('a public key above all', () => {
    const pem = createPublicKey(createSigningKey('RS256').privateKey).export({ type: 'spki', format: 'pem' })
    for (const published of [pem, Buffer.from(pem), ` \n${pem}`]) refuse(published)
    refuse(pem.toString().replaceAll('PUBLIC KEY', 'CERTIFICATE'))
  })
})

test('a refusal does not tell the secret', () => {
  assert.throws(
    () => sharedSecret('factory', 'secret', 'hunter2'),
    (error: Error) => !error.message.includes('hunter2'),
  )
})
