import assert from 'node:assert/strict'
import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  type FixedSignatureKey,
  findKey,
  fixedSignatureKeys,
} from '../../../../lib/authenticate/http-signature/known-keys.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const jwk = publicKey.export({ format: 'jwk' })
const ENTRY: FixedSignatureKey = { keyId: 'k', owner: 'acme', algorithm: 'ed25519', key: pem }
const SECRET = { kty: 'oct', k: Buffer.alloc(32, 1).toString('base64url') }

test('a key is given as PEM, JWK or KeyObject', async () => {
  for (const key of [pem, jwk, publicKey]) {
    const found = await fixedSignatureKeys('test', [{ ...ENTRY, key, roles: ['partner'], tier: 'gold' }]).find('k')
    if (!found) return assert.fail('it is found')
    assert.ok(found.keys[0]?.equals(publicKey))
    const { keyId, owner, algorithm, scopes, roles, tier } = found
    assert.deepEqual(
      { keyId, owner, algorithm, scopes, roles, tier },
      { keyId: 'k', owner: 'acme', algorithm: 'ed25519', scopes: [], roles: ['partner'], tier: 'gold' },
    )
  }
  const secrets = fixedSignatureKeys('test', [{ ...ENTRY, algorithm: 'hmac-sha256', key: SECRET }])
  assert.equal((await secrets.find('k'))?.keys[0]?.type, 'secret')
  assert.equal(await secrets.find('toString'), undefined)
})

test('unusable keys are refused at boot, and not shown', () => {
  const secretPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const refuse = (changes: Record<string, unknown>, ...words: readonly (string | RegExp)[]) =>
    assertRefusedOption(() => fixedSignatureKeys('test', [untyped({ ...ENTRY, ...changes })]), 'keys[0]', ...words)
  refuse({ key: secretPem }, 'public key')
  refuse({ key: privateKey.export({ format: 'jwk' }) }, 'public key')
  refuse({ key: privateKey }, 'Ed25519')
  refuse({ key: 'not a key' }, 'PEM', /^(?!.*not a key)/)
  refuse({ key: null }, 'key')
  refuse({ key: SECRET }, 'key')
  refuse({ algorithm: 'hmac-sha256' }, 'must be a secret')
  refuse({ algorithm: 'hmac-sha256', key: { kty: 'oct', k: 'c2hvcnQ' } }, '32 bytes')
  refuse({ algorithm: 'ecdsa-p256-sha256' }, 'P-256')
  refuse({ algorithm: 'EdDSA' }, 'algorithm')
  refuse({ keyId: 'a b' }, 'keyId')
  refuse({ owner: '' }, 'owner')
  refuse({ owner: 'a\nb' }, 'keys[0]')
  refuse({ scopes: ['a b'] }, 'keys[0]')
  refuse({ expiresAt: 'soon' }, 'expiresAt')
  refuse({ scope: [] }, 'scopes')
  assertRefusedOption(() => fixedSignatureKeys('test', [ENTRY, ENTRY]), 'twice')
})

test('a key id that both kinds know belongs to nobody', async () => {
  const own = fixedSignatureKeys('test', [ENTRY])
  const secrets = [createSecretKey(Buffer.alloc(32))]
  const shared = { find: (keyId: string) => ({ keyId, owner: 'b', scopes: [], roles: [], secrets }) }
  assert.equal(await findKey('k', own, shared), undefined)
  assert.equal((await findKey('k', own, undefined))?.owner, 'acme')
  assert.equal(await findKey('K', { find: () => own.find('k') }, undefined), undefined)
  assert.equal((await findKey('other', own, shared))?.algorithm, 'hmac-sha256')
  assert.equal((await findKey('k', { find: async (keyId) => own.find(keyId) }, undefined))?.owner, 'acme')
})

test('when both fail, one failure is told and none is left over', async () => {
  const down = { find: () => Promise.reject(new Error('down')) }
  await assert.rejects(async () => findKey('k', down, down), /down/)
  const throws = {
    find: () => {
      throw new Error('at once')
    },
  }
  await assert.rejects(async () => findKey('k', down, throws))
})
