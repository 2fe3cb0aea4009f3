import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore, storeUrlProblem } from '../../../../lib/store/open/open-store.ts'
import { OpenStoreError } from '../../../../lib/store/open/open-store-error.ts'
import type { StoreKind } from '../../../../lib/store/open/store-kind.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const closed: string[] = []
const COOKIES: StoreKind<{ readonly name: string }> = {
  contents: 'cookies',
  maker: 'the baker',
  sqlite: async (name) => ({ name, close: () => void closed.push(name) }),
  postgres: () => ({ name: 'postgres' }),
  redis: () => ({ name: 'redis' }),
}

test('a kind of store is made on what the URL names, and closed with it', async () => {
  const file = join(temporaryFolder(), 'jar.db')
  const { store, isNew, close } = await openStore(COOKIES, `sqlite:${file}`, { create: true })
  assert.deepEqual([store.name, isNew], [file, true])
  await close()
  assert.deepEqual(closed, [file])
})

test('messages say what the store would hold, and who makes it', async () => {
  const file = join(temporaryFolder(), 'none.db')
  await assert.rejects(openStore(COOKIES, `sqlite:${file}`), {
    name: 'OpenStoreError',
    message: `there are no cookies in ${file}; is the name right? the baker makes a new file`,
  })
})

test('a URL of another form opens nothing', async () => {
  for (const url of ['', 'jar.db', 'mysql://h/d', 'postgres://h:x']) {
    assert.ok(storeUrlProblem(url))
    await assert.rejects(openStore(COOKIES, url), OpenStoreError)
  }
})
