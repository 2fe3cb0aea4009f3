import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { JWS_ALGORITHMS } from '../../../../lib/authenticate/jwt/algorithms.ts'
import { verifiedPayload } from '../../../../lib/authenticate/jwt/signature.ts'
import { createSigningKey, encode } from '../../../support/signing-key.ts'

for (const algorithm of JWS_ALGORITHMS) {
  suite(algorithm, () => {
    const signer = createSigningKey(algorithm)
    const key = createPublicKey(signer.privateKey)
    const token = signer.sign({ sub: 'alice' })

    test('a right signature gives the payload', async () => {
      assert.deepEqual(await verifiedPayload(token, algorithm, key), { sub: 'alice' })
    })

    test('another payload, another key and a changed signature give none', async () => {
      const [header, , signature = ''] = token.split('.')
      const other = createPublicKey(createSigningKey(algorithm).privateKey)
      const first = signature.startsWith('A') ? 'B' : 'A'
      assert.equal(await verifiedPayload(`${header}.${encode({ sub: 'bob' })}.${signature}`, algorithm, key), undefined)
      assert.equal(await verifiedPayload(token, algorithm, other), undefined)
      assert.equal(
        verifiedPayload(`${token.slice(0, -signature.length)}${first}${signature.slice(1)}`, algorithm, key),
        undefined,
      )
    })

    test('a payload that is no object gives none', async () => {
      for (const payload of ['alice', ['alice'], null, 1]) {
        assert.equal(await verifiedPayload(signer.sign(payload), algorithm, key), undefined)
      }
    })
  })
}

test('the twin of a signature in another spelling is refused', async () => {
  const signer = createSigningKey('EdDSA')
  const token = signer.sign({ sub: 'alice' })
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.at(-1) ?? '')
  const twin = token.slice(0, -1) + alphabet[last + 1]
  assert.deepEqual(
    Buffer.from(twin.split('.')[2] ?? '', 'base64url'),
    Buffer.from(token.split('.')[2] ?? '', 'base64url'),
  )
  assert.equal(await verifiedPayload(twin, 'EdDSA', createPublicKey(signer.privateKey)), undefined)
})

test('an HMAC with the public key as its secret is refused', async () => {
  const key = createPublicKey(createSigningKey('RS256').privateKey)
  const signed = `${encode({ alg: 'HS256' })}.${encode({ sub: 'alice' })}`
  const mac = createHmac('sha256', key.export({ type: 'spki', format: 'pem' }))
    .update(signed)
    .digest('base64url')
  assert.equal(await verifiedPayload(`${signed}.${mac}`, 'RS256', key), undefined)
})

test("an ECDSA signature in DER is no JWS's (RFC 7518 section 3.4)", async () => {
  const { sign } = await import('node:crypto')
  const signer = createSigningKey('ES256')
  const signed = `${encode({ alg: 'ES256' })}.${encode({ sub: 'alice' })}`
  const der = sign('sha256', Buffer.from(signed), signer.privateKey).toString('base64url')
  assert.equal(await verifiedPayload(`${signed}.${der}`, 'ES256', createPublicKey(signer.privateKey)), undefined)
})

test('an empty ECDSA signature of zeros is refused (CVE-2022-21449)', async () => {
  const signer = createSigningKey('ES256')
  const signed = `${encode({ alg: 'ES256' })}.${encode({ sub: 'alice' })}`
  const zeros = Buffer.alloc(64).toString('base64url')
  assert.equal(await verifiedPayload(`${signed}.${zeros}`, 'ES256', createPublicKey(signer.privateKey)), undefined)
})
