import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from '../support/imports.ts'
import { type RepositoryFile, repositoryFiles } from '../support/repository-files.ts'

const LIB = repositoryFiles('lib', '.ts')
const MIDDLEWARE = repositoryFiles('middleware', '.ts')

/** Files at the root of lib that put the stages together; the others there are the shared vocabulary. */
const COMPOSITION = ['boundary-options', 'index', 'pipeline', 'preflight', 'refusal', 'stages'].map(
  (name) => `lib/${name}.ts`,
)
const STORE_CONTRACTS = [
  'key-store',
  'token-cache',
  'replay-store',
  'rate-limit-store',
  'revocation-list',
  'revocation-store',
  'secret-store',
].map((name) => `lib/store/${name}.ts`)
/** The default cache of a stage that needs one. */
const DEFAULT_STORE = 'lib/store/memory.ts'
/** Puts the stages together once more, to look at them. */
const EXPLANATION = 'lib/explain/'
/** A program of its own, on top of everything but what it opens itself. */
const COMMAND_LINE = 'lib/command-line/'
/** What opens a store by its URL knows all of them. */
const OPENERS = /^lib\/store\/open(?:-(?:key|revocation|secret)-store\.ts|\/)/
/** What listens to all of them knows what they publish. */
const OBSERVERS = 'lib/observe/'
const PUBLISHERS = [
  'lib/authorize/decision-points/shadow/shadow-event.ts',
  'lib/authorize/routes-from-file.ts',
  'lib/keys/key-event.ts',
  'lib/limit/store-event.ts',
  'lib/revoke/revocation-request.ts',
]
const STAGES = ['request', 'propagate', 'authenticate', 'limit', 'authorize', 'keys', 'revoke', 'secrets', 'webhooks']
/** What a stage takes of another: tokens that revoke are verified as access tokens are, by the same keys. */
const BORROWED: Readonly<Record<string, string>> = { revoke: 'lib/authenticate/jwt/' }

function isVocabulary(path: string): boolean {
  return /^lib\/[^/]+\.ts$/.test(path) && !COMPOSITION.includes(path)
}

/** The files of the repository that a module of lib may import, by where it is. */
function mayImport(importer: string): (imported: string) => boolean {
  if (COMPOSITION.includes(importer) || importer.startsWith(EXPLANATION)) return (path) => path.startsWith('lib/')
  if (isVocabulary(importer)) return (path) => isVocabulary(path) || STORE_CONTRACTS.includes(path)
  if (STORE_CONTRACTS.includes(importer)) return (path) => isVocabulary(path) || STORE_CONTRACTS.includes(path)
  if (importer.startsWith(COMMAND_LINE))
    return (path) =>
      /^lib\/(?:command-line|keys|secrets|store|authorize|authenticate|explain)\//.test(path) ||
      /^lib\/(?:request\/(?:canonical-path|admit)|limit\/peeking-store|pipeline)\.ts$/.test(path) ||
      isVocabulary(path)
  if (importer.startsWith(OBSERVERS)) {
    return (path) => path.startsWith(OBSERVERS) || PUBLISHERS.includes(path) || isVocabulary(path)
  }
  if (OPENERS.test(importer)) return (path) => path.startsWith('lib/store/') || isVocabulary(path)
  if (importer.startsWith('lib/store/')) {
    return (path) => isVocabulary(path) || STORE_CONTRACTS.includes(path) || path.startsWith('lib/store/parts/')
  }
  const stage = STAGES.find((name) => importer.startsWith(`lib/${name}/`))
  if (stage === undefined) return () => false
  const folders = [`lib/${stage}/`, ...[BORROWED[stage]].filter((folder) => folder !== undefined)]
  return (path) =>
    isVocabulary(path) ||
    STORE_CONTRACTS.includes(path) ||
    path === DEFAULT_STORE ||
    folders.some((folder) => path.startsWith(folder))
}

/** Imports that a predicate forbids, as `importer -> imported`. */
function forbidden(
  files: readonly RepositoryFile[],
  allows: (imported: string, importer: string) => boolean,
): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !allows(imported, file.path))
      .map((imported) => `${file.path} -> ${imported}`),
  )
}

/** A file of the repository, not a package. */
function isFile(imported: string): boolean {
  return imported.endsWith('.ts')
}

/** The packages of lib, and what of Node.js not every module may use: each with the folders that wrap it. */
const WRAPPED = new Map<string, readonly string[]>([
  ['jsonwebtoken', ['lib/authenticate/jwt/', 'lib/authenticate/introspection/client-authentication.ts']],
  ['jwks-rsa', ['lib/authenticate/jwt/']],
  ['structured-headers', ['lib/authenticate/']],
  ['lru-cache', ['lib/store/', 'lib/authenticate/', 'lib/authorize/decision-points/']],
  ['yaml', ['lib/authorize/document/']],
  ['pg', ['lib/store/open/']],
  ['ioredis', ['lib/store/open/']],
  ['prom-client', ['lib/observe/']],
  ['@opentelemetry/api', ['lib/observe/']],
  ['node:sqlite', ['lib/store/']],
])

test('there is something to look at', () => {
  assert.ok(LIB.length > 40 && MIDDLEWARE.length > 5)
  assert.ok(LIB.flatMap((file) => importsOf(file)).length > 150)
})

test('within lib, imports point downwards: vocabulary, store contracts, backends and stages, composition', () => {
  assert.deepEqual(
    forbidden(LIB, (imported, importer) => !isFile(imported) || mayImport(importer)(imported)),
    [],
  )
})

test('lib imports only itself, never the middleware', () => {
  assert.deepEqual(
    forbidden(LIB, (imported) => !isFile(imported) || imported.startsWith('lib/')),
    [],
  )
})

test('lib knows no server: neither Express nor the types of node:http', () => {
  const servers = /^(?:node:(?:http2?|https|tls)|express|connect|http-proxy-middleware)(?:\/|$)/
  assert.deepEqual(
    forbidden(LIB, (imported) => !servers.test(imported)),
    [],
  )
})

test('node:net serves lib for addresses only, never for sockets', () => {
  const names = LIB.flatMap(({ text }) => [...text.matchAll(/^import \{(.*)\} from 'node:net'/gm)])
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.replace('type ', '').trim())
  assert.deepEqual([...new Set(names)].sort(), ['BlockList', 'isIP'])
})

test('middleware imports lib, itself and types of Node.js, and no package', () => {
  assert.deepEqual(
    forbidden(MIDDLEWARE, (imported) => imported.startsWith('node:') || /^(?:lib|middleware)\//.test(imported)),
    [],
  )
})

test('a package is imported only where it is wrapped', () => {
  assert.deepEqual(
    forbidden(LIB, (imported, importer) => {
      if (isFile(imported)) return true
      const only = WRAPPED.get(imported)
      return only === undefined ? imported.startsWith('node:') : only.some((folder) => importer.startsWith(folder))
    }),
    [],
  )
})

test('examples import the package by its name, as their readers will', () => {
  assert.deepEqual(
    forbidden(repositoryFiles('examples', '.ts'), (imported) => !/^(?:lib|middleware)\//.test(imported)),
    [],
  )
})

test('the gateway that people copy holds no demo code', () => {
  assert.deepEqual(
    forbidden(repositoryFiles('examples/gateway', '.ts'), (imported) => {
      return !isFile(imported) || imported.startsWith('examples/gateway/')
    }),
    [],
  )
})
