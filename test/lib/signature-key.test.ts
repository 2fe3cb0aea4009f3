import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SIGNATURE_ALGORITHMS } from '../../lib/signature-key.ts'

test('the algorithms of RFC 9421, section 3.3, but that of P-384', () => {
  assert.deepEqual([...SIGNATURE_ALGORITHMS].sort(), [
    'ecdsa-p256-sha256',
    'ed25519',
    'hmac-sha256',
    'rsa-pss-sha512',
    'rsa-v1_5-sha256',
  ])
})
