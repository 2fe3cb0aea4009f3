import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, suite, test } from 'node:test'
import { sqliteKeyStore } from '../../../lib/store/sqlite.ts'
import { type SqliteSecretStore, sqliteSecretStore } from '../../../lib/store/sqlite-secrets.ts'
import { secretStoreContract, sharedKeyRecord } from '../../contract/secret-store.ts'
import { keyRecord } from '../../support/key-record.ts'
import { atOnce } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const open: SqliteSecretStore[] = []
let files = 0
after(() => {
  for (const store of open) store.close()
})

function make(file = join(folder, `secrets-${++files}.db`)): SqliteSecretStore {
  const store = sqliteSecretStore({ file })
  open.push(store)
  return store
}

secretStoreContract('SQLite', () => make())

suite('sqliteSecretStore', () => {
  test('answers at once, and shares a file with the API keys, and with another process', () => {
    const file = join(folder, 'both.db')
    const keys = sqliteKeyStore({ file })
    keys.insert(keyRecord())
    const [one, other] = [make(file), make(file)]
    assert.equal(atOnce(one.insert(sharedKeyRecord())), true)
    assert.equal(atOnce(other.find('hk_1'))?.owner, 'acme')
    assert.equal(atOnce(other.replace(sharedKeyRecord({ version: 2, revokedAt: 1 }))), true)
    assert.equal(atOnce(one.replace(sharedKeyRecord({ version: 2 }))), false)
    assert.equal(atOnce(one.find('hk_1'))?.revokedAt, 1)
    keys.close()
  })

  test('what was acknowledged is there after it was closed', () => {
    const file = join(folder, 'again.db')
    const first = sqliteSecretStore({ file })
    first.insert(sharedKeyRecord())
    first.close()
    assert.deepEqual({ ...atOnce(make(file).find('hk_1')) }, sharedKeyRecord())
  })

  test('fails, and finds nothing, on a record that was damaged', () => {
    const file = join(folder, 'damaged.db')
    const store = make(file)
    store.insert(sharedKeyRecord())
    const database = new DatabaseSync(file)
    for (const record of ['{}', 'null', '[', JSON.stringify({ ...sharedKeyRecord(), secrets: 'x' })]) {
      database.prepare('UPDATE shared_keys SET record = ?').run(record)
      assert.throws(() => store.find('hk_1'), /damaged|no record|JSON/)
      assert.throws(() => store.list({ limit: 1 }), /damaged|no record|JSON/)
    }
    database.close()
  })

  test('a file from before there were secrets is brought up to date, with what it holds', () => {
    const file = join(folder, 'old.db')
    const keys = sqliteKeyStore({ file })
    const record = keyRecord()
    keys.insert(record)
    keys.close()
    const database = new DatabaseSync(file)
    database.exec('DROP TABLE shared_keys; PRAGMA user_version = 3')
    database.close()
    const store = make(file)
    store.insert(sharedKeyRecord())
    assert.equal(atOnce(store.find('hk_1'))?.owner, 'acme')
    const again = sqliteKeyStore({ file })
    assert.equal(atOnce(again.findById(record.id))?.owner, record.owner)
    again.close()
  })

  for (const [options, ...words] of [
    [{}, '"file"'],
    [{ file: '' }, '"file"'],
    [{ file: 'x', path: 'y' }, 'unknown option "path"'],
  ] as const) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => sqliteSecretStore(untyped(options)), 'sqliteSecretStore', ...words)
    })
  }
})
