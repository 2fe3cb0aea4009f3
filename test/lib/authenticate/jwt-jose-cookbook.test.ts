import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import jsonwebtoken, { type Algorithm } from 'jsonwebtoken'
import { isJwsAlgorithm, JWS_ALGORITHMS, type JwsAlgorithm } from '../../../lib/authenticate/jwt/algorithms.ts'
import { fixedKeySet } from '../../../lib/authenticate/jwt/fixed-key-set.ts'
import { verifiedPayload } from '../../../lib/authenticate/jwt/signature.ts'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { AUDIENCE, ISSUER, NOW } from '../../support/access-token.ts'
import { atOnce, errorIn } from '../../support/outcomes.ts'
import { bearer } from '../../support/request-view.ts'
import { createSigningKey, encode } from '../../support/signing-key.ts'

interface Vector {
  readonly title: string
  readonly input: { readonly key: JsonWebKey | readonly JsonWebKey[]; readonly alg: string | readonly string[] }
  readonly output: Readonly<Record<string, unknown>> & { readonly compact?: string; readonly json?: unknown }
}

const FOLDER = new URL('../../vectors/jose-cookbook/', import.meta.url)
const files = globSync('{jws,rfc7797,curve25519}/*.json', { cwd: FOLDER }).sort()
const vectors = files.map((file): Vector => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')))

/** What the set of an issuer would hold: no private part. */
function publicJwk({ kty, kid, n, e, crv, x, y }: JsonWebKey): object {
  return { kty, kid, n, e, crv, x, y, use: 'sig' }
}

/** An authenticator that knows the vector's key, where such a key can be known at all. */
function authenticatorFor(key: JsonWebKey) {
  const known = key.crv === 'X25519' ? createSigningKey('ES256').jwk : publicJwk(key)
  const keys = { algorithms: JWS_ALGORITHMS, keys: { keys: [known] }, allowMissingKeyId: true }
  const secret = { algorithms: ['HS256'], secret: Buffer.from(key.k ?? '', 'base64url') } as const
  return jwtAuthenticator({
    ...{ issuer: ISSUER, audience: AUDIENCE, now: () => NOW, warn: () => undefined },
    ...(key.kty === 'oct' ? secret : keys),
  })
}

/** The key that verifies, and the key that signs. */
function keysOf(key: JsonWebKey, algorithm: JwsAlgorithm): { readonly known: KeyObject; readonly own: KeyObject } {
  if (algorithm === 'HS256') {
    const secret = createSecretKey(Buffer.from(key.k ?? '', 'base64url'))
    return { known: secret, own: secret }
  }
  const found = fixedKeySet('test', { keys: [publicJwk(key)] }).find(key.kid as string | undefined, algorithm)
  const known = found && !(found instanceof Promise) ? found.key : assert.fail()
  const own = createPrivateKey({ key, format: 'jwk' })
  assert.deepEqual(createPublicKey(own).export({ format: 'jwk' }), known.export({ format: 'jwk' }))
  return { known, own }
}

/** What a token in compact form is refused for: its payload is text, is not in it, or is not encoded. */
function problemOf(token: string): string {
  if (token.includes(' ')) return 'bearer token'
  return token.includes('..') ? 'not a JWT' : 'signature'
}

test('all vectors are there', async () => {
  assert.equal(vectors.filter(({ output }) => output.compact !== undefined).length, 8)
  assert.equal(vectors.length, 12)
})

for (const { title, input, output } of vectors) {
  const [firstKey] = [input.key].flat()
  const [algorithm = ''] = [input.alg].flat()
  const key = firstKey ?? assert.fail()

  suite(`RFC 7520 and its kin: ${title}`, () => {
    if (isJwsAlgorithm(algorithm) && output.compact !== undefined && problemOf(output.compact) === 'signature') {
      const token = output.compact
      const { known, own } = keysOf(key, algorithm)

      test('its signature is right, and its payload is refused: it is text', async () => {
        if (!algorithm.startsWith('Ed')) {
          assert.equal(typeof jsonwebtoken.verify(token, known, { algorithms: [algorithm as Algorithm] }), 'string')
        }
        assert.equal(await verifiedPayload(token, algorithm, known), undefined)
      })

      test('its key verifies a token with claims, and no other', async () => {
        const signer = createSigningKey(algorithm)
        const head = encode({ alg: algorithm })
        const payload = encode({ sub: 'bilbo' })
        assert.equal(await verifiedPayload(signer.signParts(head, payload), algorithm, known), undefined)
        const signed = createSigningKey(algorithm, 'own', own).signParts(head, payload)
        assert.deepEqual(await verifiedPayload(signed, algorithm, known), { sub: 'bilbo' })
      })
    }

    for (const [form, value] of Object.entries(output)) {
      test(`is refused in its form ${form}`, async () => {
        const token = typeof value === 'string' ? value : JSON.stringify(value)
        const { code, reason } = await errorIn(authenticatorFor(key).authenticate(bearer(token)))
        assert.ok(code === 'invalid_token' || code === 'invalid_request')
        if (form === 'compact' && isJwsAlgorithm(algorithm)) assert.equal(reason, problemOf(token))
      })
    }
  })
}

test('what is no vector of a compact JWS is not even a bearer token', async () => {
  for (const { output, input } of vectors) {
    if (output.json === undefined) continue
    const [key] = [input.key].flat()
    const answer = atOnce(authenticatorFor(key ?? assert.fail()).authenticate(bearer(JSON.stringify(output.json))))
    assert.equal(answer.outcome === 'rejected' && answer.error.status, 400)
  }
})
