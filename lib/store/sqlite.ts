import { DatabaseSync } from 'node:sqlite'
import { assertKnownKeys, assertString } from '../options.ts'
import type { ApiKeyRecord, KeyStore } from './key-store.ts'

export interface SqliteKeyStoreOptions {
  /** The database file; it is made when absent. */
  readonly file: string
}

export interface SqliteKeyStore extends KeyStore {
  close(): void
}

const SCHEMA_VERSION = 1

/** `synchronous = FULL`: what is acknowledged survives a power cut, in write-ahead mode too. */
const PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;'

const SCHEMA = `
  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    label TEXT,
    environment TEXT NOT NULL,
    scopes TEXT NOT NULL,
    roles TEXT NOT NULL,
    tenant_id TEXT,
    tier TEXT,
    user_id TEXT,
    created_at REAL NOT NULL,
    expires_at REAL,
    revoked_at REAL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`

/**
 * API keys in a SQLite file, by Node's own driver: durable, without a server. Several processes may share the file.
 * Node 22 prints one ExperimentalWarning for it.
 * @throws Error when the file cannot be opened or holds a newer schema
 */
export function sqliteKeyStore(options: SqliteKeyStoreOptions): SqliteKeyStore {
  assertKnownKeys('sqliteKeyStore', options, ['file'])
  assertString('sqliteKeyStore', 'file', options.file)
  const database = new DatabaseSync(options.file)
  database.exec(PRAGMAS)
  migrate(database)
  const byHash = database.prepare('SELECT * FROM api_keys WHERE hash = ?')
  const byId = database.prepare('SELECT * FROM api_keys WHERE id = ?')
  const insert = database.prepare(`
    INSERT INTO api_keys (id, hash, owner, label, environment, scopes, roles, tenant_id, tier, user_id,
      created_at, expires_at, revoked_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const revoke = database.prepare('UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?')
  return {
    findByHash: (hash) => recordOf(byHash.get(hash) as Row | undefined),
    findById: (id) => recordOf(byId.get(id) as Row | undefined),
    insert(record) {
      insert.run(...valuesOf(record))
    },
    revoke: (id, revokedAt) => revoke.run(revokedAt, id).changes > 0,
    close: () => database.close(),
  }
}

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version > SCHEMA_VERSION) {
      throw new Error(
        `sqliteKeyStore: the file has schema ${version}; this gatewarden knows ${SCHEMA_VERSION}. Update it`,
      )
    }
    if (version === 0) database.exec(SCHEMA)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

type Row = Readonly<Record<string, string | number | null>>

const COLUMNS = [
  ['id', 'id'],
  ['hash', 'hash'],
  ['owner', 'owner'],
  ['label', 'label'],
  ['environment', 'environment'],
  ['tenantId', 'tenant_id'],
  ['tier', 'tier'],
  ['userId', 'user_id'],
  ['createdAt', 'created_at'],
  ['expiresAt', 'expires_at'],
  ['revokedAt', 'revoked_at'],
] as const

function recordOf(row: Row | undefined): ApiKeyRecord | undefined {
  if (!row) return undefined
  const record: Record<string, unknown> = {
    scopes: JSON.parse(String(row.scopes)),
    roles: JSON.parse(String(row.roles)),
  }
  for (const [field, column] of COLUMNS) {
    if (row[column] !== null) record[field] = row[column]
  }
  return record as unknown as ApiKeyRecord
}

function valuesOf(record: ApiKeyRecord): (string | number | null)[] {
  return [
    record.id,
    record.hash,
    record.owner,
    record.label ?? null,
    record.environment,
    JSON.stringify(record.scopes),
    JSON.stringify(record.roles),
    record.tenantId ?? null,
    record.tier ?? null,
    record.userId ?? null,
    record.createdAt,
    record.expiresAt ?? null,
    record.revokedAt ?? null,
  ]
}
