import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { test } from 'node:test'
import * as everything from 'gatewarden'
import * as lib from 'gatewarden/lib'
import { factories, storeBackends, valuesOf } from '../support/public-modules.ts'
import { isInRepository, repositoryFile, repositoryFiles } from '../support/repository-files.ts'

/** The authenticators that make one out of others share a page. */
const COMBINATORS = ['all-of', 'any-of', 'anonymous']
const STAGE_PAGES = ['admission', 'stripping', 'authentication', 'limits', 'authorization', 'propagation', 'upgrades']
const PAGES = [
  'README',
  'architecture',
  'errors',
  'glossary',
  'threat-model',
  'writing-an-authenticator',
  'writing-a-store',
]

/** The page of a factory's module: its method's, its store's or its stage's. */
function pageOf(path: string): string {
  const name = basename(path, '.ts')
  if (COMBINATORS.includes(name)) return 'docs/authenticators/combining.md'
  if (path.startsWith('lib/authenticate/')) return `docs/authenticators/${name}.md`
  if (path.startsWith('lib/store/')) return `docs/stores/${name}.md`
  if (path.startsWith('lib/authorize/decision-points/')) return `docs/decision-points/${name}.md`
  if (path.startsWith('lib/authorize/')) return 'docs/stages/authorization.md'
  if (path.startsWith('lib/limit/')) return 'docs/stages/limits.md'
  return 'docs/architecture.md'
}

test('the factories are found', () => {
  const names = factories().map(({ name }) => name)
  for (const name of ['jwtAuthenticator', 'allOf', 'memoryTokenCache', 'sqliteKeyStore', 'createRouteTable']) {
    assert.ok(names.includes(name), name)
  }
  assert.deepEqual(storeBackends(), [
    'cached-key-store',
    'local-revocation-list',
    'memory-revocations',
    'memory-secrets',
    'memory',
    'postgres-revocations',
    'postgres-secrets',
    'postgres',
    'redis-revocations',
    'redis-token-cache',
    'redis',
    'sqlite-revocations',
    'sqlite-secrets',
    'sqlite',
  ])
})

test('every factory is exported: by the package, or by the subpath of its store', () => {
  const missing = factories().filter(({ name, path }) => !(name in lib) && !path.startsWith('lib/store/'))
  assert.deepEqual(missing, [])
})

test('the package exports all of lib besides its middleware', () => {
  assert.deepEqual(
    Object.keys(lib).filter((name) => !(name in everything)),
    [],
  )
})

test('every factory is documented on the page of its module', () => {
  const missing = factories().filter(({ name, path }) => {
    const page = pageOf(path)
    return !isInRepository(page) || !repositoryFile(page).text.includes(name)
  })
  assert.deepEqual(
    missing.map(({ name, path }) => `${name}: ${pageOf(path)}`),
    [],
  )
})

test('every stage of the way, and what every reader looks for, has a page', () => {
  const pages = [...PAGES.map((name) => `docs/${name}.md`), ...STAGE_PAGES.map((name) => `docs/stages/${name}.md`)]
  assert.deepEqual(
    pages.filter((page) => !isInRepository(page)),
    [],
  )
})

test('every page is about something that exists', () => {
  const pages = factories().map(({ path }) => pageOf(path))
  const orphans = ['docs/authenticators', 'docs/stores']
    .flatMap((folder) => repositoryFiles(folder, '.md'))
    .filter(({ path }) => !pages.includes(path))
  assert.deepEqual(
    orphans.map(({ path }) => path),
    [],
  )
})

test('every public value is explained somewhere in the documents', async () => {
  const documents = ['README.md', ...repositoryFiles('docs', '.md').map(({ path }) => path)]
  const text = documents.filter(isInRepository).map((path) => repositoryFile(path).text)
  const words = new Set(text.join('\n').match(/\w+/g))
  const observers = repositoryFiles('lib/observe', '.ts').filter(({ path }) => !path.includes('/parts/'))
  const adapters = (await Promise.all(observers.map(({ path }) => valuesOf(path)))).flat()
  assert.ok(adapters.length > 0)
  assert.deepEqual(
    [...Object.keys(everything), ...adapters].filter((name) => !words.has(name)),
    [],
  )
})

/** Parts that stores share; the contract of every store runs through them. */
const TESTED_BY_CONTRACT = 'lib/store/parts/'

/** The tests of a module: of its name, or of its name and what they are about, as `sqlite-durability`. */
function isTestOf(test: string, path: string): boolean {
  const stem = `test/${path.slice(0, -'.ts'.length)}`
  return test === `${stem}.test.ts` || test.startsWith(`${stem}-`)
}

test('every module of lib that does something has a test of its own', async () => {
  const tests = repositoryFiles('test/lib', '.test.ts').map(({ path }) => path)
  const missing: string[] = []
  for (const { path } of repositoryFiles('lib', '.ts')) {
    if (path === 'lib/index.ts' || path.startsWith(TESTED_BY_CONTRACT)) continue
    const isTested = tests.some((test) => isTestOf(test, path))
    if (!isTested && (await valuesOf(path)).length > 0) missing.push(path)
  }
  assert.deepEqual(missing, [])
})

test('every public middleware has a test of its own', () => {
  const index = repositoryFile('middleware/index.ts').text
  const modules = [...index.matchAll(/^export \{.* from '\.\/(.+)\.ts'$/gm)].map(([, name]) => name)
  assert.ok(modules.includes('boundary'))
  assert.deepEqual(
    modules.filter((name) => !isInRepository(`test/middleware/${name}.test.ts`)),
    [],
  )
})

/** Holds all of the middleware at once. */
const ACROSS = ['test/middleware/frameworks.test.ts']

test('every test in the mirror of the sources has its source', () => {
  const tests = [...repositoryFiles('test/lib', '.test.ts'), ...repositoryFiles('test/middleware', '.test.ts')]
  const sources = [...repositoryFiles('lib', '.ts'), ...repositoryFiles('middleware', '.ts')]
  assert.deepEqual(
    tests
      .map(({ path }) => path)
      .filter((test) => !ACROSS.includes(test) && !sources.some(({ path }) => isTestOf(test, path))),
    [],
  )
})
