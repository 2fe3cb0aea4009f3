import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { sqliteKeyStore } from '../../../lib/store/sqlite.ts'
import { keyRecord } from '../../support/key-record.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()

/** The first schema, as files of that time have it. */
const VERSION_1 = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, label TEXT, environment TEXT NOT NULL,
    scopes TEXT NOT NULL, roles TEXT NOT NULL, tenant_id TEXT, tier TEXT, user_id TEXT,
    created_at REAL NOT NULL, expires_at REAL, revoked_at REAL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
  INSERT INTO api_keys VALUES
    ('key_1', 'hash-1', 'acme', 'Söder 🔑', 'live', '["a"]', '[]', 't', 'gold', 'u', 1.5, 2.5, NULL),
    ('key_2', 'hash-2', 'acme', NULL, 'test', '[]', '["r"]', NULL, NULL, NULL, 1, NULL, 3.25);`

function madeFile(name: string, sql: string): string {
  const file = join(folder, name)
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
  return file
}

function versionOf(file: string): unknown {
  const database = new DatabaseSync(file)
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {}
  database.close()
  return version
}

/** What a file has that is made now. */
const NEWEST = newestVersion()

function newestVersion(): number {
  const file = join(folder, 'new.db')
  sqliteKeyStore({ file }).close()
  return Number(versionOf(file))
}

test('a file of schema 1 is brought to the newest with its keys, which can then do all that new keys can', () => {
  const file = madeFile('old.db', VERSION_1)
  const store = sqliteKeyStore({ file })
  const first = { id: 'key_1', hash: 'hash-1', owner: 'acme', label: 'Söder 🔑', environment: 'live', scopes: ['a'] }
  const rest = { roles: [], tenantId: 't', tier: 'gold', userId: 'u', createdAt: 1.5, expiresAt: 2.5 }
  assert.deepEqual({ ...store.findByHash(['hash-1']) }, { ...first, ...rest })
  const second = { id: 'key_2', hash: 'hash-2', owner: 'acme', environment: 'test', scopes: [], roles: ['r'] }
  assert.deepEqual({ ...store.findById('key_2') }, { ...second, createdAt: 1, revokedAt: 3.25 })
  store.touch([{ id: 'key_1', usedAt: 4 }], 1)
  store.update('key_1', { allowedRoutes: ['/a'], allowedNetworks: ['10.0.0.0/8'] })
  assert.ok(store.replace('key_1', keyRecord(), 5))
  store.close()
  assert.ok(NEWEST >= 3)
  assert.equal(versionOf(file), NEWEST)
})

test('opening it again changes nothing', () => {
  const file = join(folder, 'old.db')
  const store = sqliteKeyStore({ file })
  assert.equal((store.list({ limit: 10 }) as unknown[]).length, 3)
  store.close()
  assert.equal(versionOf(file), NEWEST)
})

test('a newer schema is refused, and left as it is', () => {
  const newer = NEWEST + 1
  const file = madeFile('newer.db', `PRAGMA user_version = ${newer}`)
  const told = new RegExp(`has schema ${newer}, this gatewarden knows ${NEWEST}: update it`)
  assert.throws(() => sqliteKeyStore({ file }), told)
  assert.equal(versionOf(file), newer)
})

test('a migration that fails leaves the file as it was', () => {
  const file = madeFile('odd.db', `${VERSION_1}; ALTER TABLE api_keys ADD COLUMN last_used_at REAL;`)
  assert.throws(() => sqliteKeyStore({ file }), /duplicate column/)
  const database = new DatabaseSync(file)
  const columns = database.prepare(`SELECT name FROM pragma_table_info('api_keys')`).all()
  database.close()
  assert.equal(
    columns.some(({ name }) => name === 'allowed_networks'),
    false,
  )
  assert.equal(versionOf(file), 1)
})

test('processes that open one new file at once all come up', async () => {
  const file = join(folder, 'shared.db')
  const script = `
    import { sqliteKeyStore } from ${JSON.stringify(new URL('../../../lib/store/sqlite.ts', import.meta.url).href)}
    const startAt = Number(process.argv[1])
    while (Date.now() < startAt);
    sqliteKeyStore({ file: process.argv[2] }).close()`
  const startAt = String(Date.now() + 1_500)
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, startAt, file])
      const [[code], errors] = await Promise.all([once(child, 'close'), text(child.stderr)])
      return code === 0 ? 'up' : errors
    }),
  )
  assert.deepEqual(
    outcomes,
    Array.from({ length: 6 }, () => 'up'),
  )
})
