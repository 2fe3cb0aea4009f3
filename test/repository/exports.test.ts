import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as everything from 'gatewarden'
import * as lib from 'gatewarden/lib'
import { storeBackends, valuesOf } from '../support/public-modules.ts'
import { repositoryFile, repositoryFiles } from '../support/repository-files.ts'
import { REPOSITORY } from '../support/run-command.ts'

/**
 * The public interface, a name on each line. One that appears or goes is an entry in the CHANGELOG; one that goes is
 * **Breaking**.
 */
const INTERFACE = repositoryFile('test/repository/public-interface.txt').text.trimEnd().split('\n')

/** The names that stand for a module in the interface, as values or as types. */
function listed(module: string, kind: 'value' | 'type'): readonly string[] {
  const prefix = `${module} ${kind} `
  return INTERFACE.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length))
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

/** Adapters to what others log, count and trace with; what they share is for them alone. */
function observers(): readonly string[] {
  return repositoryFiles('lib/observe', '.ts')
    .map(({ path }) => path)
    .filter((path) => /^lib\/observe\/[^/]+$/.test(path))
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
  for (const path of observers()) {
    assert.equal(resolved(path.replace(/^lib\/(.*)\.ts$/, 'gatewarden/$1')), path)
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
    'observe',
    'observe/parts/label',
  ]) {
    assert.throws(() => import.meta.resolve(`gatewarden/${inner}`), { name: /Error/ })
  }
})

test('the interface is in order, and tells no name twice', () => {
  assert.deepEqual(INTERFACE, [...new Set(INTERFACE)].sort())
})

test('gatewarden/lib exports what is listed', () => {
  assert.deepEqual(Object.keys(lib).sort(), listed('gatewarden/lib', 'value'))
  assert.deepEqual(typesOf('lib/index.ts').toSorted(), listed('gatewarden/lib', 'type'))
})

test('gatewarden exports all of lib, the very same, and what is listed', () => {
  const values = [...listed('gatewarden/lib', 'value'), ...listed('gatewarden', 'value')]
  assert.deepEqual(Object.keys(everything).sort(), values.sort())
  const all = new Map<string, unknown>(Object.entries(everything))
  for (const [name, value] of Object.entries(lib)) assert.equal(all.get(name), value, name)
  assert.match(repositoryFile('middleware/index.ts').text, /^export \* from '\.\.\/lib\/index\.ts'$/m)
  assert.deepEqual(typesOf('middleware/index.ts').toSorted(), listed('gatewarden', 'type'))
})

test('gatewarden/store/* exports what is listed', async () => {
  for (const path of storeModules()) {
    const module = path.replace(/^lib\/store\/(.*)\.ts$/, 'gatewarden/store/$1')
    const values = await valuesOf(path)
    assert.deepEqual(values, listed(module, 'value'), module)
    assert.equal(INTERFACE.includes(`${module} types only`), values.length === 0, module)
  }
  const modules = INTERFACE.flatMap((line) => /^gatewarden\/store\/(\S+)/.exec(line)?.[1] ?? [])
  const existing = storeModules().map((path) => path.slice('lib/store/'.length, -'.ts'.length))
  assert.deepEqual([...new Set(modules)].sort(), existing.toSorted())
  for (const backend of storeBackends()) assert.ok(modules.includes(backend))
})

test('gatewarden/observe/* exports what is listed', async () => {
  assert.deepEqual(
    observers().map((path) => path.slice('lib/observe/'.length)),
    ['opentelemetry.ts', 'pino.ts', 'prometheus.ts'],
  )
  for (const path of observers()) {
    const module = path.replace(/^lib\/(.*)\.ts$/, 'gatewarden/$1')
    assert.deepEqual(await valuesOf(path), listed(module, 'value'), module)
  }
})
