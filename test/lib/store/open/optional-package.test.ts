import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionalPackage } from '../../../../lib/store/open/optional-package.ts'

test('a package that is there is loaded', async () => {
  const { join } = await optionalPackage('node:path', 'Nothing', () => import('node:path'))
  assert.equal(typeof join, 'function')
})

test('a package that is not installed is named, with how to get it', async () => {
  const name: string = 'no-such-package-of-anybody'
  await assert.rejects(
    optionalPackage(name, 'PostgreSQL', () => import(name)),
    { name: 'OpenStoreError', message: `PostgreSQL needs the package ${name}: npm install ${name}` },
  )
})

test('a package that is broken is another problem', async () => {
  const broken = new Error('syntax')
  await assert.rejects(
    optionalPackage('pg', 'PostgreSQL', () => Promise.reject(broken)),
    broken,
  )
})
