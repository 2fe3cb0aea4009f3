import type { DatabaseSync } from 'node:sqlite'

/**
 * What takes the schema from each version to the next. A landed step never changes: another one is added. The hash is the
 * primary key, so that a look-up goes down one tree, not two.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE api_keys (
    hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
  ) STRICT, WITHOUT ROWID`,
  `ALTER TABLE api_keys ADD COLUMN allowed_networks TEXT;
  ALTER TABLE api_keys ADD COLUMN allowed_routes TEXT;
  ALTER TABLE api_keys ADD COLUMN last_used_at REAL;
  ALTER TABLE api_keys ADD COLUMN replaced_by TEXT;
  ALTER TABLE api_keys ADD COLUMN grace_until REAL;
  CREATE INDEX api_keys_by_owner ON api_keys (owner, id)`,
  `CREATE TABLE revocations (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    revocation TEXT NOT NULL,
    expires_at REAL NOT NULL
  ) STRICT;
  CREATE INDEX revocations_by_expiry ON revocations (expires_at)`,
  `CREATE TABLE shared_keys (
    key_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    version INTEGER NOT NULL,
    record TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX shared_keys_by_owner ON shared_keys (owner, key_id)`,
]

/**
 * Brings a database to the newest schema, in one transaction: a second process that starts at the same time waits.
 * @throws Error when the schema is newer than this gatewarden
 */
export function migrateSqlite(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version > MIGRATIONS.length) {
      throw new Error(`the SQLite file has schema ${version}, this gatewarden knows ${MIGRATIONS.length}: update it`)
    }
    for (const step of MIGRATIONS.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
