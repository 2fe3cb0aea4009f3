import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createIssuer } from '../../../../lib/authenticate/jwt/issuer.ts'
import { type JwtOptions, jwtAuthenticator } from '../../../../lib/authenticate/jwt.ts'
import { systemClock } from '../../../../lib/effects.ts'
import { dangerouslyAllowHttp } from '../../../../lib/options.ts'
import { AUDIENCE, ISSUER } from '../../../support/access-token.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const GOOD: JwtOptions = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] }
const REMOTE = 'http://issuer.example.test'
const settings = (changes: Record<string, unknown>) => jwtAuthenticator(untyped({ ...GOOD, ...changes }))
const SECRET = 'a secret of at least thirty-two bytes'

const REFUSED: readonly (readonly [string, Record<string, unknown>, ...(string | RegExp)[]])[] = [
  ['an unknown key', { audiences: ['x'] }, 'unknown option "audiences"', 'Did you mean "audience"?'],
  ['another case', { jwksURI: 'x' }, 'Did you mean "jwksUri"?'],
  ['a key like nothing', { zzzzzzzzzzzz: 1 }, 'Known options: issuer'],
  ['no issuer', { issuer: undefined }, '"issuer"'],
  ['an empty issuer', { issuer: '' }, '"issuer"'],
  ['several issuers', { issuer: [ISSUER] }, '"issuer"'],
  ['an issuer over http', { issuer: REMOTE }, '"issuer"', 'https:'],
  ['an issuer that is no URL', { issuer: 'issuer' }, '"issuer"', 'URL'],
  ['an issuer with a password', { issuer: 'https://u:p@issuer.example.test' }, '"issuer"', 'credentials'],
  ['an issuer with a fragment', { issuer: `${ISSUER}/#x` }, '"issuer"', 'fragment'],
  ['no audience', { audience: undefined }, '"audience"'],
  ['an empty audience', { audience: '' }, '"audience"'],
  ['no audiences', { audience: [] }, '"audience"', 'at least one'],
  ['an empty one of several', { audience: [AUDIENCE, ''] }, '"audience"'],
  ['a pattern as audience', { audience: /.*/ }, '"audience"'],
  ['no algorithms', { algorithms: undefined }, '"algorithms"'],
  ['an empty list of algorithms', { algorithms: [] }, '"algorithms"', 'at least one'],
  ['HMAC without its secret', { algorithms: ['HS256'] }, '"secret"', 'HS256'],
  ['a secret beside public keys', { secret: SECRET }, '"secret"', 'HS256'],
  ['a short secret', { algorithms: ['HS256'], secret: 'x'.repeat(31) }, '"secret"', '32'],
  ['a secret that is no text', { algorithms: ['HS256'], secret: 42 }, '"secret"', '32'],
  ['a secret and a key set', { algorithms: ['HS256'], secret: SECRET, jwksUri: `${ISSUER}/jwks` }, '"secret"'],
  ['HS256 beside others', { algorithms: ['HS256', 'ES256'], secret: SECRET }, 'alone'],
  ['another HMAC', { algorithms: ['HS512'] }, '"algorithms"', 'HS512', 'HMAC'],
  ['another claim for the audience', { audienceClaim: 'azp' }, '"audienceClaim"'],
  ['another word for proof', { proofOfPossession: 'maybe' }, '"proofOfPossession"'],
  ['proof by what cannot verify', { dpop: {} }, '"dpop"'],
  ['a list that revokes nothing', { revocations: {} }, '"revocations"'],
  ['metadata at no URL', { resourceMetadata: '/.well-known' }, '"resourceMetadata"'],
  [
    'metadata over plain HTTP',
    { resourceMetadata: 'http://api.example.test/metadata' },
    '"resourceMetadata"',
    'https:',
  ],
  ['metadata that is a script', { resourceMetadata: 'javascript:alert(1)' }, '"resourceMetadata"'],
  ['HMAC beside others', { algorithms: ['RS256', 'HS512'] }, '"algorithms"', 'HS512'],
  ['none', { algorithms: ['none'] }, '"algorithms"', 'none'],
  ['one algorithm twice', { algorithms: ['ES256', 'ES256'] }, '"algorithms"', 'twice'],
  ['an algorithm as a string', { algorithms: 'RS256' }, '"algorithms"', 'list'],
  ['a key set over http', { jwksUri: `${REMOTE}/jwks` }, '"jwksUri"', 'https:'],
  ['two places of keys', { jwksUri: `${ISSUER}/jwks`, keys: { keys: [] } }, '"jwksUri", "keys"'],
  ['keys that cannot be used', { keys: { keys: [{ kty: 'oct', k: 'x' }] } }, '"keys"', 'symmetric'],
  ['another profile', { profile: 'oidc' }, '"profile"', 'rfc9068'],
  ['a mapping of another claim', { claims: { role: 'x' } }, 'claims', 'Did you mean "roles"?'],
  ['an empty claim path', { claims: { roles: [] } }, '"roles"'],
  ['a tolerance below 0', { clockToleranceSeconds: -1 }, '"clockToleranceSeconds"'],
  ['a tolerance of hours', { clockToleranceSeconds: 3_600 }, '"clockToleranceSeconds"', '300'],
  ['a tolerance as text', { clockToleranceSeconds: '5' }, '"clockToleranceSeconds"'],
  ['an endless lifetime', { maxLifetimeSeconds: Number.POSITIVE_INFINITY }, '"maxLifetimeSeconds"'],
  ['no lifetime', { maxLifetimeSeconds: 0 }, '"maxLifetimeSeconds"'],
  ['allowMissingKeyId as text', { allowMissingKeyId: 'false' }, '"allowMissingKeyId"'],
  ['a cache that is none', { cache: { get: 1 } }, '"cache"', 'memoryTokenCache()'],
  ['no time in the cache', { cacheTtlSeconds: 0 }, '"cacheTtlSeconds"'],
  ['an unknown time', { keySet: { coolDownSeconds: 1, cooldown: 1 } }, 'keySet', 'Did you mean "cooldownSeconds"?'],
  ['a time of nothing', { keySet: { deadlineMs: 0 } }, '"deadlineMs"'],
  ['a fetch that is no function', { fetch: 'fetch' }, '"fetch"'],
  ['a clock that is no function', { now: 0 }, '"now"'],
  ['a warn that is no function', { warn: true }, '"warn"'],
  ['a realm that is no text', { realm: 42 }, '"realm"'],
]

suite('refused at boot, by name and with the remedy', () => {
  for (const [name, changes, ...words] of REFUSED) {
    test(name, () => assertRefusedOption(() => settings(changes), 'jwtAuthenticator', ...words))
  }
  for (const options of [undefined, null, 'https://issuer.example.test', [GOOD]]) {
    test(`${JSON.stringify(options)} instead of options`, () => {
      assertRefusedOption(() => jwtAuthenticator(untyped(options)), 'jwtAuthenticator', 'object')
    })
  }
})

suite('http: to another machine', () => {
  test('is dangerous, and switched on by a symbol', () => {
    assert.equal(typeof dangerouslyAllowHttp, 'symbol')
    assert.doesNotThrow(() => jwtAuthenticator({ ...GOOD, issuer: REMOTE, [dangerouslyAllowHttp]: true }))
    assert.doesNotThrow(() => jwtAuthenticator({ ...GOOD, jwksUri: `${REMOTE}/jwks`, [dangerouslyAllowHttp]: true }))
  })

  test('JSON cannot switch it on', () => {
    for (const name of ['dangerouslyAllowHttp', 'Symbol(gatewarden.dangerouslyAllowHttp)', '@@dangerouslyAllowHttp']) {
      const json: unknown = JSON.parse(JSON.stringify({ ...GOOD, issuer: REMOTE, [name]: true }))
      assertRefusedOption(() => jwtAuthenticator(untyped(json)), 'unknown option')
    }
    assertRefusedOption(
      () => settings({ issuer: REMOTE, [Symbol.for('gatewarden.dangerouslyAllowHttp')]: true }),
      'https:',
    )
  })

  test('only true switches it on', () => {
    assertRefusedOption(() => settings({ issuer: REMOTE, [dangerouslyAllowHttp]: 'true' }), 'https:')
  })

  for (const issuer of ['http://localhost:9000', 'http://127.0.0.1:9000', 'http://[::1]:9000']) {
    test(`${issuer} is this machine`, () => assert.doesNotThrow(() => settings({ issuer })))
  }
  for (const issuer of [
    'http://localhost.evil.test',
    'http://127.0.0.1.evil.test',
    'http://0.0.0.0',
    'http://10.0.0.1',
  ]) {
    test(`${issuer} is not`, () => assertRefusedOption(() => settings({ issuer }), '"issuer"', 'https:'))
  }
})

test('with keys or a jwksUri, the issuer is compared only: it need not be a URL', () => {
  assert.doesNotThrow(() => settings({ issuer: 'joe', keys: { keys: [createSigningKey('ES256').jwk] } }))
  assert.doesNotThrow(() => settings({ issuer: 'joe', jwksUri: `${ISSUER}/jwks` }))
})

test('what decides about a token is told apart', () => {
  const effects = { fetch, now: systemClock, warn: () => undefined }
  const rulesOf = (changes: Record<string, unknown>) =>
    createIssuer('test', untyped({ ...GOOD, ...changes }), effects).rulesId
  const changes: readonly Record<string, unknown>[] = [
    { issuer: 'https://other.example.test' },
    { audience: 'https://other.example.test' },
    { audienceClaim: 'client_id' },
    { algorithms: ['ES384'] },
    { profile: 'rfc9068' },
    { claims: { roles: 'groups' } },
    { clockToleranceSeconds: 6 },
    { maxLifetimeSeconds: 60 },
    { proofOfPossession: 'required' },
    { allowMissingKeyId: true },
  ]
  assert.equal(new Set([rulesOf({}), ...changes.map(rulesOf)]).size, changes.length + 1)
  assert.equal(rulesOf({ keySet: { cooldownSeconds: 60 } }), rulesOf({}))
})
