import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AUTH_ERRORS } from 'gatewarden'
import { isInRepository, repositoryFile, repositoryFiles } from '../support/repository-files.ts'

const PAGE = 'docs/errors.md'
const CODES = Object.entries(AUTH_ERRORS)

function page(): string {
  return isInRepository(PAGE) ? repositoryFile(PAGE).text : ''
}

/** The rows of the page's tables that are about a code: the row's cells, in order. */
function rows(): ReadonlyMap<string, readonly string[]> {
  const tableRows = page()
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return new Map(
    tableRows.flatMap((cells) => {
      const code = cells.map((cell) => /^`([a-z]+(?:_[a-z]+)*)`$/.exec(cell)?.[1]).find((name) => name !== undefined)
      return code === undefined ? [] : [[code, cells] as const]
    }),
  )
}

for (const [code, { status }] of CODES) {
  test(`${code} is in the table of ${PAGE}, with status ${status}`, () => {
    const cells = rows().get(code)
    assert.ok(cells, `no row of a table in ${PAGE} has the cell \`${code}\``)
    assert.ok(cells.includes(String(status)), `its row has no cell ${status}`)
  })
}

test(`${PAGE} tells of no code that does not exist`, () => {
  assert.deepEqual(
    [...rows().keys()].filter((code) => !Object.hasOwn(AUTH_ERRORS, code)),
    [],
  )
})

test('a document that names the type of a problem names one that exists', () => {
  const texts = [...repositoryFiles('docs', '.md'), ...['README.md'].filter(isInRepository).map(repositoryFile)]
  const named = texts.flatMap(({ text }) =>
    [...text.matchAll(/urn:gatewarden:error:([a-z_]+)/g)].map(([, code]) => code),
  )
  assert.deepEqual(
    named.filter((code) => code === undefined || !Object.hasOwn(AUTH_ERRORS, code)),
    [],
  )
})
