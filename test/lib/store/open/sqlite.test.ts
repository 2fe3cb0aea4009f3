import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openKeyStore } from '../../../../lib/store/open-key-store.ts'
import { keyRecord } from '../../../support/key-record.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const folder = temporaryFolder()

test('a file that is not there is made only when asked for', async () => {
  const url = `sqlite:${join(folder, 'new.db')}`
  await assert.rejects(openKeyStore(url), /there are no keys in .*new\.db; is the name right\?/)
  assert.deepEqual(readdirSync(folder), [])
  const made = await openKeyStore(url, { create: true })
  assert.equal(made.isNew, true)
  await made.store.insert(keyRecord())
  await made.close()
  const again = await openKeyStore(url)
  assert.equal(again.isNew, false)
  assert.equal((await again.store.list({ limit: 9 })).length, 1)
  await again.close()
})

test('an absolute path may be written as in a URL', async () => {
  const file = join(folder, 'slashes.db')
  const { close } = await openKeyStore(`sqlite://${file}`, { create: true })
  await close()
  assert.ok(existsSync(file))
  for (const url of ['sqlite:', 'sqlite://host/file', 'sqlite::memory:']) {
    await assert.rejects(openKeyStore(url, { create: true }), /write sqlite:FILE/)
  }
})

test('a database of another program gets no tables', async () => {
  const file = join(folder, 'other.db')
  const database = new DatabaseSync(file)
  database.exec('CREATE TABLE users (id)')
  for (const create of [false, true]) {
    await assert.rejects(openKeyStore(`sqlite:${file}`, { create }), /a database of something else/)
  }
  assert.equal(database.prepare('SELECT * FROM sqlite_master').all().length, 1)
  database.close()
})

test('what is no database, or cannot be opened, is said', async () => {
  writeFileSync(join(folder, 'text'), 'not a database '.repeat(100))
  mkdirSync(join(folder, 'folder'))
  await assert.rejects(openKeyStore(`sqlite:${join(folder, 'text')}`), /the file is no SQLite database/)
  await assert.rejects(openKeyStore(`sqlite:${join(folder, 'folder')}`), /is a folder/)
  await assert.rejects(
    openKeyStore(`sqlite:${join(folder, 'no/such.db')}`, { create: true }),
    /cannot be opened; is the folder/,
  )
})

test('a newer schema is refused', async () => {
  const file = join(folder, 'newer.db')
  const { close } = await openKeyStore(`sqlite:${file}`, { create: true })
  await close()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 99')
  database.close()
  await assert.rejects(openKeyStore(`sqlite:${file}`), /has schema 99, this gatewarden knows \d+: update it/)
})
