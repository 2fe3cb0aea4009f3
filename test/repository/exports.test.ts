import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as everything from 'gatewarden'
import * as lib from 'gatewarden/lib'
import { storeBackends, valuesOf } from '../support/public-modules.ts'
import { repositoryFile, repositoryFiles } from '../support/repository-files.ts'
import { REPOSITORY } from '../support/run-command.ts'

/*
 * The public interface. A name that appears or goes here is an entry in the CHANGELOG; one that goes is **Breaking**.
 */

const LIB_VALUES = [
  ...['ABSENT', 'ALLOW', 'AUTH_ERRORS', 'AuthError', 'DependencyError'],
  ...['IDENTITY_HEADERS', 'JWS_ALGORITHMS', 'PROBLEM_TYPE_PREFIX', 'allOf', 'anonymous'],
  ...['answerError', 'anyOf', 'apiKeyAuthenticator', 'authenticated', 'authenticatedAs'],
  ...['createChallenge', 'createPipeline', 'createPrincipal', 'createRouteTable', 'dangerouslyAllowHttp'],
  ...['decisions', 'deny', 'formatChallenge', 'formatChallenges', 'generateApiKey'],
  ...['hashApiKey', 'isPrincipal', 'jwtAuthenticator', 'malformed'],
  ...['memoryKeyStore', 'memoryReplayStore', 'memoryTokenCache', 'parseApiKey', 'pathCanonicalizer', 'readCredential'],
  ...['rejected', 'rejectedWith', 'rolePolicy', 'scopePolicy'],
  ...['API_KEY_PATTERN', 'DuplicateKeyError', 'apiKeys', 'cachedKeyStore', 'guessThrottle', 'keyAdminApi', 'keyEvents'],
  ...['usageTracker', 'viewOfKey', 'accessTokenAuthenticator', 'introspectionAuthenticator'],
]

const LIB_TYPES = [
  ...['Admitted', 'AdmissionOptions', 'Answer', 'ApiKeyOptions', 'ApiKeyRecord', 'AuthErrorCode', 'AuthErrorOptions'],
  ...['AuthMethod', 'Authentication', 'Authenticator', 'Awaitable', 'BoundaryOptions', 'CachedToken', 'CanonicalPath'],
  ...['Challenge', 'ClaimMapping', 'ClaimPath', 'Clock', 'CompiledRule', 'CredentialSource', 'Decision'],
  ...['DecisionEvent', 'Entrance', 'Fetch', 'HeaderRecord', 'IdentityField', 'IdentityOptions'],
  ...['IssuedApiKey', 'JwsAlgorithm', 'JwtOptions', 'KeySetTimes', 'KeyStore', 'MemoryTokenCacheOptions', 'Outcome'],
  ...['ParsedApiKey', 'Passage', 'PathCanonicalizer', 'PathOptions', 'Pipeline', 'Policy', 'Principal'],
  ...['PrincipalFields', 'RawRequest', 'Refusal', 'RequestView', 'Requirement', 'RouteRule', 'RouteTable'],
  ...['AccessTokenOptions', 'ClaimPaths', 'ClientAuthentication', 'IntrospectionOptions', 'IssuerNames'],
  ...['IssuerOptions', 'IssuerResolver', 'ProofOfPossession', 'ProofVerifier', 'ServerOptions', 'TokenOptions'],
  ...['SafePrincipal', 'SamePrincipal', 'Schedule', 'Stage', 'Stages', 'TokenCache'],
  ...['MemoryReplayStoreOptions', 'ReplayStore'],
  ...['ApiKeyChanges', 'ApiKeyEvent', 'ApiKeyFields', 'ApiKeys', 'ApiKeysOptions', 'CachedKeyStoreOptions'],
  ...['GuessThrottle', 'GuessThrottleOptions', 'KeyAdminRequest', 'KeyListing', 'KeyPage', 'KeyProblem', 'KeyQuery'],
  ...[
    'KeyStatus',
    'KeyUse',
    'KeyView',
    'Pepper',
    'RandomBytes',
    'RotatedApiKey',
    'UsageTracker',
    'UsageTrackerOptions',
  ],
]

const MIDDLEWARE_VALUES = [
  ...['authorize', 'boundary', 'boundaryStages', 'keepRawBody', 'keyAdminRouter', 'principalOf'],
  ...['requireRoles', 'requireScopes'],
]

const MIDDLEWARE_TYPES = [
  ...[
    'AuthorizeOptions',
    'Boundary',
    'BoundaryMiddlewareOptions',
    'BoundaryStages',
    'KeyAdminRouterOptions',
    'Middleware',
    'Next',
    'OnError',
  ],
]

const STORE_VALUES: Readonly<Record<string, readonly string[]>> = {
  'cached-key-store': ['cachedKeyStore'],
  'key-store': ['DuplicateKeyError', 'isAskedFor', 'withChanges'],
  memory: ['memoryKeyStore', 'memoryReplayStore', 'memoryTokenCache'],
  'open-key-store': ['OpenKeyStoreError', 'openKeyStore', 'storeName', 'storeProblem', 'storeUrlProblem'],
  postgres: ['migratePostgres', 'postgresKeyStore'],
  redis: ['redisKeyStore', 'redisReplayStore'],
  'replay-store': [],
  'revocation-list': [],
  sqlite: ['sqliteKeyStore'],
  'token-cache': [],
}

/** The types that an index exports by name. */
function typesOf(index: string): readonly string[] {
  const exports = [...repositoryFile(index).text.matchAll(/^export (type )?\{([^}]*)\}/gm)]
  return exports.flatMap(([, onlyTypes, list = '']) =>
    list
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '' && (onlyTypes !== undefined || item.startsWith('type ')))
      .map((item) => item.replace(/^type /, '')),
  )
}

/** Modules of stores; what is in the folders there is for them alone. */
function storeModules(): readonly string[] {
  return repositoryFiles('lib/store', '.ts')
    .map(({ path }) => path)
    .filter((path) => /^lib\/store\/[^/]+$/.test(path))
}

/** The file of the repository that a specifier stands for. */
function resolved(specifier: string): string {
  return import.meta.resolve(specifier).replace(pathToFileURL(REPOSITORY).href, '')
}

test('in the repository the package resolves to its own sources, by name', () => {
  assert.equal(resolved('gatewarden'), 'middleware/index.ts')
  assert.equal(resolved('gatewarden/lib'), 'lib/index.ts')
  for (const path of storeModules()) {
    assert.equal(resolved(path.replace(/^lib\/store\/(.*)\.ts$/, 'gatewarden/store/$1')), path)
  }
})

test('nothing else of the package can be imported', () => {
  for (const inner of [
    'lib/principal.ts',
    'lib/principal',
    'middleware/boundary.ts',
    'store/../principal',
    'store',
    'store/parts/redis-command',
    'store/open/sqlite',
  ]) {
    assert.throws(() => import.meta.resolve(`gatewarden/${inner}`), { name: /Error/ })
  }
})

test('gatewarden/lib exports these values', () => {
  assert.deepEqual(Object.keys(lib).sort(), LIB_VALUES.toSorted())
})

test('gatewarden/lib exports these types', () => {
  assert.deepEqual(typesOf('lib/index.ts').toSorted(), LIB_TYPES.toSorted())
})

test('gatewarden exports the values of lib, the very same, and these', () => {
  assert.deepEqual(Object.keys(everything).sort(), [...LIB_VALUES, ...MIDDLEWARE_VALUES].sort())
  const all = new Map<string, unknown>(Object.entries(everything))
  for (const [name, value] of Object.entries(lib)) assert.equal(all.get(name), value, name)
})

test('gatewarden exports the types of lib, and these', () => {
  assert.match(repositoryFile('middleware/index.ts').text, /^export \* from '\.\.\/lib\/index\.ts'$/m)
  assert.deepEqual(typesOf('middleware/index.ts').toSorted(), MIDDLEWARE_TYPES.toSorted())
})

test('gatewarden/store/* exports these values', async () => {
  const values = await Promise.all(storeModules().map(async (path) => [path.slice(10, -3), await valuesOf(path)]))
  assert.deepEqual(Object.fromEntries(values), STORE_VALUES)
  for (const backend of storeBackends()) assert.ok(backend in STORE_VALUES)
})
