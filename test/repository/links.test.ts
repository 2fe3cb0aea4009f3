import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import { documents } from '../support/documents.ts'
import { anchors, type Link, links } from '../support/markdown.ts'
import { isInRepository, repositoryFile } from '../support/repository-files.ts'

/** The file that a relative link leads to, and the heading in it. */
function destination({ path, target }: Link): { readonly file: string; readonly fragment: string } {
  const [relative = '', fragment = ''] = target.split('#')
  const file = relative === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(relative))
  return { file: file.replace(/\/$/, ''), fragment }
}

function isRelative({ target }: Link): boolean {
  return !/^[a-z][a-z+.-]*:/i.test(target)
}

function isBroken(link: Link): boolean {
  const { file, fragment } = destination(link)
  if (file.startsWith('..') || !isInRepository(file)) return true
  return fragment !== '' && file.endsWith('.md') && !anchors(repositoryFile(file)).has(fragment)
}

for (const document of documents()) {
  test(`the links of ${document.path} lead somewhere`, () => {
    const broken = links(document).filter((link) => isRelative(link) && isBroken(link))
    assert.deepEqual(
      broken.map(({ path, line, target }) => `${path}:${line}: ${target}`),
      [],
    )
  })

  test(`the links of ${document.path} to other sites are encrypted`, () => {
    const plain = links(document).filter(({ target }) => /^http:/i.test(target))
    assert.deepEqual(plain, [])
  })
}

test('every page of docs can be reached from the README', () => {
  const pages = new Map(documents().map((document) => [document.path, document]))
  const reached = new Set(['README.md'])
  for (const path of reached) {
    const page = pages.get(path)
    for (const link of page ? links(page).filter(isRelative) : []) {
      const { file } = destination(link)
      reached.add(file).add(`${file}/README.md`)
    }
  }
  const unreached = [...pages.keys()].filter((path) => path.startsWith('docs/') && !reached.has(path))
  assert.deepEqual(unreached, [])
})
