import assert from 'node:assert/strict'
import { createPublicKey, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { isSignedBy } from '../../../../lib/authenticate/http-signature/algorithms.ts'
import { readSignatures } from '../../../../lib/authenticate/http-signature/presented-signature.ts'
import { signatureBase } from '../../../../lib/authenticate/http-signature/signature-base.ts'
import { requestView } from '../../../support/request-view.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

interface Vector {
  readonly id: string
  readonly key_base64?: string
  readonly public_jwk?: { readonly kty: string; readonly crv: string; readonly x: string }
  readonly signature_base: string
  readonly signature_base64: string
}

const file = new URL('../../../vectors/http-signatures/vectors.json', import.meta.url)
const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'))

/** The request of RFC 9421, appendix B.2. */
const REQUEST = requestView(
  {},
  {
    method: 'POST',
    target: '/foo?param=Value&Pet=dog',
    path: '/foo',
    query: 'param=Value&Pet=dog',
    headers: { date: 'Tue, 20 Apr 2021 02:07:55 GMT', 'content-type': 'application/json', 'content-length': '18' },
  },
)
const ORIGIN = { url: 'https://example.com', scheme: 'https', authority: 'example.com' }

suite('the vectors of RFC 9421, appendix B.2', () => {
  for (const id of ['rfc9421-B.2.5-hmac-sha256', 'rfc9421-B.2.6-ed25519']) {
    test(id, () => {
      const vector = vectors.find((each) => each.id === id) ?? assert.fail(id)
      const input = vector.signature_base.split('"@signature-params": ')[1]
      const read = readSignatures(`sig=${input}`, `sig=:${vector.signature_base64}:`)
      if (typeof read === 'string' || !read[0]) return assert.fail(String(read))
      const base = signatureBase(read[0], { request: REQUEST, origin: ORIGIN })
      assert.equal(base, vector.signature_base)
      const { key_base64: secret, public_jwk: jwk } = vector
      const signed = Buffer.from(base ?? '')
      if (jwk) {
        const key = createPublicKey({ key: jwk, format: 'jwk' })
        assert.ok(isSignedBy('ed25519', [key], signed, read[0].signature))
      } else {
        const key = createSecretKey(secret ?? '', 'base64')
        assert.ok(isSignedBy('hmac-sha256', [key], signed, read[0].signature))
      }
    })
  }
})

test('no two different requests share a base that covers the target, nor two lists of components', () => {
  const { pick, integer } = seededRandom(9421)
  const bases = new Map<string, string>()
  // Few words, so that chance often makes requests that differ in little.
  const names = ['@method', '@target-uri', '@path', '@query', '@authority', 'a', 'b', 'c'] as const
  for (let round = 0; round < 20_000; round++) {
    const method = pick<string>(['GET', 'GETX', 'POST'])
    const target = pick(['/', '/a', '/a?', '/a?b', '/a%2Fb', '/a/b', '/a+b', '/a%20b', '/a?b=1&b=2', '/a?b=2&b=1'])
    const value = () => pick(['', 'x', 'x, y', 'x\n"b": y', '"b": y', ': ', '"@signature-params": ()', '\u00e9'])
    const headers = { a: value(), b: value(), c: value() }
    const origin = pick([ORIGIN, { url: 'http://example.com', scheme: 'http', authority: 'example.com' }])
    const further = Array.from({ length: integer(4) }, () => pick(names))
    const components = [...new Set(['@method', '@target-uri', ...further])]
    const input = `s=(${components.map((name) => `"${name}"`).join(' ')});created=${pick(['1', '11'])}`
    const read = readSignatures(input, 's=:AA==:')
    if (typeof read === 'string' || !read[0]) return assert.fail(String(read))
    const [path = '', query = ''] = target.split('?')
    const request = requestView({}, { method, target, path, query, headers })
    const base = signatureBase(read[0], { request, origin })
    if (base === undefined) continue
    const covered = components.map((name) => headers[name as keyof typeof headers])
    const told = JSON.stringify({ method, target, origin, covered, input })
    assert.equal(bases.get(base) ?? told, told)
    bases.set(base, told)
  }
  assert.ok(bases.size > 5_000, String(bases.size))
})

test('a request that lacks a component has no base', () => {
  const read = readSignatures('s=("x-absent")', 's=:AA==:')
  if (typeof read === 'string' || !read[0]) return assert.fail(String(read))
  assert.equal(signatureBase(read[0], { request: REQUEST, origin: ORIGIN }), undefined)
})
