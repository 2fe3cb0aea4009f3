import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, suite, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { type SqliteKeyStore, sqliteKeyStore } from '../../../lib/store/sqlite.ts'
import { keyRecord } from '../../support/key-record.ts'
import { atOnce } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: SqliteKeyStore[] = []
let files = 0

const freshFile = () => join(folder, `keys-${files++}.db`)
function open(file: string = freshFile()): SqliteKeyStore {
  const store = sqliteKeyStore({ file })
  opened.push(store)
  return store
}
after(() => opened.forEach((store) => void store.close()))

const record = keyRecord({ owner: 'partner' })

test('keys survive the store', () => {
  const file = freshFile()
  const first = sqliteKeyStore({ file })
  first.insert(record)
  first.close()
  assert.deepEqual({ ...open(file).findByHash([record.hash]) }, record)
})

test('two stores on one file see each other', () => {
  const file = freshFile()
  const [one, other] = [open(file), open(file)]
  one.insert(record)
  assert.equal(atOnce(other.revoke(record.id, 1_750_000_000))?.revokedAt, 1_750_000_000)
  assert.deepEqual({ ...one.findByHash([record.hash]) }, { ...record, revokedAt: 1_750_000_000 })
})

test('a file with a newer schema is refused, and left as it is', () => {
  const file = freshFile()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 99')
  assert.throws(() => sqliteKeyStore({ file }), /schema 99.*update/)
  assert.deepEqual({ ...database.prepare('PRAGMA user_version').get() }, { user_version: 99 })
  database.close()
})

test('a store that is closed throws: it never says "unknown" for "I do not know"', () => {
  const store = sqliteKeyStore({ file: freshFile() })
  store.close()
  assert.throws(() => store.findByHash([record.hash]))
})

test('what does not fit the columns is not stored', () => {
  const store = open()
  assert.throws(() => store.insert(untyped({ ...record, createdAt: 'yesterday' })))
  assert.equal(store.findById(record.id), undefined)
})

suite('another process that is writing is waited for', () => {
  /** Holds the write lock of a file in another thread, and lets it go a moment after it has said so. */
  function lock(file: string): Promise<void> {
    const code = `
      const { DatabaseSync } = require('node:sqlite')
      const { parentPort, workerData } = require('node:worker_threads')
      const database = new DatabaseSync(workerData)
      database.exec('BEGIN EXCLUSIVE')
      parentPort.postMessage('locked')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
      database.exec('COMMIT')
      database.close()`
    const worker = new Worker(code, { eval: true, workerData: file })
    return new Promise((resolve, reject) => worker.once('message', () => resolve()).once('error', reject))
  }

  test('while opening a new file', async () => {
    const file = freshFile()
    await lock(file)
    assert.doesNotThrow(() => open(file))
  })

  test('while inserting', async () => {
    const file = freshFile()
    const store = open(file)
    await lock(file)
    assert.doesNotThrow(() => store.insert(record))
  })
})

suite('refused', () => {
  for (const [options, ...words] of [
    [{}, '"file"'],
    [{ file: '' }, '"file"'],
    [{ file: 1 }, '"file"'],
    [{ path: 'x' }, 'unknown option "path"'],
    [undefined, 'object'],
  ] as const) {
    test(JSON.stringify(options) ?? 'undefined', () => {
      assertRefusedOption(() => sqliteKeyStore(untyped(options)), 'sqliteKeyStore', ...words)
    })
  }
  test('a folder that is not there', () =>
    assert.throws(() => sqliteKeyStore({ file: join(folder, 'none', 'keys.db') })))
})
