import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RepositoryFile, repositoryFile, repositoryFiles } from '../support/repository-files.ts'

const MAX_LINES = 300
const SHIPPED = ['lib', 'middleware'].flatMap((folder) => repositoryFiles(folder, '.ts'))
const SOURCES = [...SHIPPED, ...['examples', 'test'].flatMap((folder) => repositoryFiles(folder, '.ts'))]
/** It holds the words that it looks for. */
const THIS = 'test/repository/source-style.test.ts'

/** The lines that a pattern finds, as `path:line`. */
function found(files: readonly RepositoryFile[], pattern: RegExp): readonly string[] {
  return files
    .filter(({ path }) => path !== THIS)
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    )
}

test('no source is long', () => {
  const long = SOURCES.filter(({ text }) => text.split('\n').length - 1 > MAX_LINES)
  assert.deepEqual(
    long.map(({ path }) => path),
    [],
  )
})

test('nothing is left to do: no such marks in the sources', () => {
  assert.deepEqual(found(SOURCES, /\b(?:TODO|FIXME)\b/), [])
})

test('a rule of the linter is switched off only with a reason', () => {
  assert.deepEqual(found(SOURCES, /biome-ignore(?! \S+: \S+ \S+)/), [])
})

test('the type checker is never switched off, and a line that must not compile says why', () => {
  assert.deepEqual(found(SOURCES, /@ts-(?:ignore|nocheck)|@ts-expect-error(?!: \S+ \S+)/), [])
})

test('what is shipped is ASCII in code; only comments may cite a section or draw an arrow', () => {
  const code = SHIPPED.map(({ path, text }) => ({ path, text: withoutComments(text) }))
  // An ellipsis may stand in a message, where something is left out.
  assert.deepEqual(found(code, /[^\x20-\x7e\u2026]/), [])
})

test('nothing names a host of a package registry', () => {
  const scripts = ['.ci/run', 'package.json', 'package-lock.json', 'biome.json', 'tsconfig.json', 'tsconfig.build.json']
  const texts = [...SOURCES, ...repositoryFiles('docs', '.md'), ...scripts.map(repositoryFile)]
  assert.deepEqual(found(texts, /registry\.[a-z]+js|yarnpkg|deb\.debian|jsdelivr|unpkg\.com/), [])
})

/** The same lines, with their comments blanked out. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(?<!:)\/\/ .*$/gm, '')
}
