import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixedKeySet } from '../../../../lib/authenticate/jwt/fixed-key-set.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const signer = createSigningKey('ES256')

test('keys given by hand are found at once', () => {
  const found = fixedKeySet('factory', { keys: [signer.jwk] }).find('key-1', 'ES256')
  assert.ok(!(found instanceof Promise))
  assert.equal(found?.keyId, 'key-1')
})

test('a set given by hand holds no key that cannot be used', () => {
  const privateJwk = signer.privateKey.export({ format: 'jwk' })
  assertRefusedOption(() => fixedKeySet('factory', { keys: [signer.jwk, privateJwk] }), 'factory', '"keys"', 'private')
  assertRefusedOption(() => fixedKeySet('factory', { keys: [] }), '"keys"', 'at least one')
  assertRefusedOption(() => fixedKeySet('factory', [signer.jwk]), '"keys"', 'JWK Set')
  assertRefusedOption(() => fixedKeySet('factory', 'https://issuer.example.test/jwks'), '"keys"', 'JWK Set')
})
