import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import type { IssuerOptions } from '../../lib/authenticate/jwt/issuer.ts'
import { memoryTokenCache } from '../../lib/store/memory.ts'
import { AUDIENCE, NOW } from '../support/access-token.ts'
import { heapUsed } from '../support/heap-used.ts'
import { errorIn, principalIn } from '../support/outcomes.ts'
import { requestView } from '../support/request-view.ts'
import { encode } from '../support/signing-key.ts'
import { tenant } from '../support/tenant-tokens.ts'

const ROUNDS = 1_000
const PER_ROUND = 1_000
/** Of a hundred. */
const OPAQUE = 4
const MAX_GROWTH_BYTES = 32 * 1024 * 1024

const A = tenant('a')
const [header = '', payload = '', signature = ''] = A.token().split('.')

/** No two are alike. The expensive kinds are fewer, and more than any cache has room for. */
function junk(index: number): string {
  const kind = index % 100
  if (kind < OPAQUE) return `opaque-${index}-${'x'.repeat(400)}`
  if (kind < 5) return `${encode({ alg: 'ES256', kid: 'key-1' })}.${payload}.${encode(`signature ${index}`)}`
  if (kind < 10) return `junk ${index}`
  if (kind < 30) return `${encode({ alg: 'ES256', kid: `kid-${index}` })}.${payload}.${signature}`
  return `${header}.${encode({ iss: `https://junk-${index}.example.test/${'x'.repeat(200)}` })}.${signature}`
}

/** Attack row J-10. The caches are the usual ones: each has its bound, and junk is none of their good entries. */
test('a million junk tokens, each on its own connection, take no memory and push out no good token', async () => {
  const keyFetches: string[] = []
  let asked = 0
  const { keys: _keys, ...remote } = A.options
  const options: IssuerOptions = { ...remote, jwksUri: `${A.issuer}/jwks` }
  const inactive = JSON.stringify({ active: false })
  const subject = accessTokenAuthenticator({
    issuers: (name) => (name === A.issuer ? options : undefined),
    introspection: {
      endpoint: `${A.issuer}/introspect`,
      ...{ issuer: A.issuer, audience: AUDIENCE },
      client: { method: 'basic', clientId: 'gateway', clientSecret: 'secret' },
    },
    cache: memoryTokenCache({ now: () => NOW }),
    now: () => NOW,
    warn: () => undefined,
    async fetch(url) {
      if (!url.endsWith('/introspect')) {
        keyFetches.push(url)
        return Response.json({ keys: [A.key.jwk] })
      }
      asked++
      return new Response(inactive, { headers: { 'content-type': 'application/json' } })
    },
  })
  const ask = (token: string) =>
    subject.authenticate(requestView({ authorization: `Bearer ${token}` }, { connection: {} }))
  const good = A.token()
  const principal = await principalIn(ask(good))
  const flood = async (round: number) => {
    for (let index = 0; index < PER_ROUND; index++) await errorIn(ask(junk(round * PER_ROUND + index)))
    assert.equal(await principalIn(ask(good)), principal, 'it is still remembered')
  }
  // What is bounded may fill up first.
  let round = 0
  for (; round < ROUNDS / 5; round++) await flood(round)
  const before = heapUsed()
  for (; round < ROUNDS; round++) await flood(round)
  const growth = heapUsed() - before
  assert.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes`)
  assert.deepEqual([keyFetches.length, asked], [1, (ROUNDS * PER_ROUND * OPAQUE) / 100])
})
