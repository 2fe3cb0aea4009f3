import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  OpenStoreError,
  openKeyStore,
  storeName,
  storeProblem,
  storeUrlProblem,
} from '../../../lib/store/open-key-store.ts'

test('the scheme says which store', () => {
  for (const url of ['sqlite:x', 'postgres://h/d', 'postgresql://h/d', 'redis://h', 'rediss://h']) {
    assert.equal(storeUrlProblem(url), undefined, url)
  }
  for (const url of ['', 'keys.db', 'mysql://u:sEcr3t@h/d', 'SQLITE:x']) {
    assert.match(storeUrlProblem(url) ?? '', /^a store is sqlite:FILE, postgres:/)
  }
})

test('a URL that cannot be read is told without any part of it', async () => {
  const url = 'postgres://u:sEcr/3t@h:x/d'
  await assert.rejects(openKeyStore(url), (error: Error) => {
    return (
      error instanceof OpenStoreError && /write %40 for an @/.test(error.message) && !error.message.includes('sEcr')
    )
  })
})

test('names and problems of stores can be had for logs', () => {
  assert.equal(storeName('redis://:x@h'), 'redis://h')
  assert.equal(storeProblem(undefined, 'redis://:x@h'), 'redis://h: it failed')
})
