import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { type AttackedGateway, attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { encode } from '../support/signing-key.ts'

/** The public key in every form in which somebody has once taken it for the secret of an HMAC. */
function secrets({ signingKey }: AttackedGateway): Readonly<Record<string, string | Buffer>> {
  const key = createPublicKey(signingKey.privateKey)
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const der = key.export({ type: 'spki', format: 'der' })
  const body = pem.replace(/-----[^-]+-----|\n/g, '')
  const { kid, alg, use, ...bare } = signingKey.jwk
  const pkcs1: Record<string, string | Buffer> = signingKey.algorithm.startsWith('RS')
    ? {
        'PKCS#1 in PEM': key.export({ type: 'pkcs1', format: 'pem' }),
        'PKCS#1 in DER': key.export({ type: 'pkcs1', format: 'der' }),
        'the modulus': Buffer.from(signingKey.jwk.n ?? '', 'base64url'),
        'the modulus as text': signingKey.jwk.n ?? '',
      }
    : {}
  return {
    ...pkcs1,
    PEM: pem,
    'PEM without its last line break': pem.trimEnd(),
    'PEM with a line break before it': `\n${pem}`,
    'PEM with a space before it': ` ${pem}`,
    'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
    'PEM with a NUL': `${pem}\0`,
    DER: der,
    'DER in base64': body,
    'DER in base64url': der.toString('base64url'),
    'DER in hexadecimal': der.toString('hex'),
    JWK: JSON.stringify(signingKey.jwk),
    'JWK, bare': JSON.stringify(bare),
    'JWK, indented': JSON.stringify(signingKey.jwk, null, 2),
    'the key set': JSON.stringify({ keys: [signingKey.jwk] }),
    'its kid': kid,
    'its alg and use': `${alg}${use}`,
    nothing: '',
    'a zero': Buffer.alloc(1),
    null: 'null',
    undefined: 'undefined',
    'an object': '[object Object]',
  }
}

for (const algorithm of ['RS256', 'ES256'] as const) {
  const gateway = await attackedGateway({ algorithm })

  suite(`an HMAC is no signature of an issuer of ${algorithm}`, () => {
    const send = async (token: string) => {
      const headers = [`Authorization: Bearer ${token}`]
      return statusOf(await sendRequestLines(gateway.port, { target: '/echo', headers }))
    }

    test('whose own tokens are good', async () => {
      assert.equal(await send(gateway.token()), 200)
      assert.equal(gateway.upstream.take().length, 1)
    })

    for (const [name, secret] of Object.entries(secrets(gateway))) {
      test(`with the secret: ${name}`, async () => {
        for (const size of ['256', '384', '512']) {
          // Also with the header of a good token: then only the signature is of another kind.
          for (const alg of [`HS${size}`, algorithm, 'RS256', 'ES256', 'hs256']) {
            const signed = `${encode({ alg, typ: 'at+jwt', kid: 'key-1' })}.${encode(gateway.claims())}`
            const mac = createHmac(`sha${size}`, secret).update(signed).digest('base64url')
            assert.equal(await send(`${signed}.${mac}`), 401)
          }
        }
        assert.deepEqual(gateway.upstream.take(), [])
      })
    }
  })
}
