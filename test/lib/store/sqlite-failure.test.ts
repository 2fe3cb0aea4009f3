import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../../lib/api-key.ts'
import { type SqliteKeyStore, sqliteKeyStore } from '../../../lib/store/sqlite.ts'
import { type KeyGateway, startKeyGateway } from '../../support/key-gateway.ts'
import { keyRecord } from '../../support/key-record.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { toldStatuses } from '../../support/told-statuses.ts'

const folder = temporaryFolder()

describe('SQLite that fails', () => {
  const [key, unknown] = [generateApiKey('sk', 'live'), generateApiKey('sk', 'live')]
  const file = join(folder, 'keys.db')
  let store: SqliteKeyStore
  let gateway: KeyGateway
  let intruder: DatabaseSync
  const ask = () => toldStatuses(gateway, key, unknown)
  before(async () => {
    store = sqliteKeyStore({ file })
    store.insert(keyRecord({ hash: hashApiKey(key) }))
    gateway = await startKeyGateway({ keys: store, environments: ['live'] })
    intruder = new DatabaseSync(file)
  })
  after(async () => {
    await gateway.close()
    intruder.close()
  })

  test('answers while another process writes', async () => {
    intruder.exec('BEGIN IMMEDIATE')
    assert.deepEqual(await ask(), { good: 200, unknown: 401 })
    intruder.exec('ROLLBACK')
  })

  test('is 503 when a row cannot be read, and recovers', async () => {
    for (const scopes of ['not JSON', '"admin"', '[1]', 'null']) {
      intruder.prepare('UPDATE api_keys SET scopes = ?').run(scopes)
      assert.deepEqual(await ask(), { good: 503, unknown: 401 }, scopes)
    }
    intruder.exec(`UPDATE api_keys SET scopes = '[]'`)
    assert.deepEqual(await ask(), { good: 200, unknown: 401 })
  })

  test('is 503 when the table is gone, and recovers when it is back', async () => {
    intruder.exec('ALTER TABLE api_keys RENAME TO hidden')
    assert.deepEqual(await ask(), { good: 503, unknown: 503 })
    intruder.exec('ALTER TABLE hidden RENAME TO api_keys')
    assert.deepEqual(await ask(), { good: 200, unknown: 401 })
  })

  test('is 503 once it is closed', async () => {
    store.close()
    assert.deepEqual(await ask(), { good: 503, unknown: 503 })
  })
})

test('a file that is no database is refused at the start', () => {
  const file = join(folder, 'text.db')
  writeFileSync(
    file,
    'This is a text of more than a hundred bytes, so that SQLite has a header to look at. '.repeat(20),
  )
  assert.throws(() => sqliteKeyStore({ file }), /not a database/)
})

test('a folder that is not there is refused at the start', () => {
  assert.throws(() => sqliteKeyStore({ file: join(folder, 'nowhere', 'keys.db') }), /unable to open/)
})
