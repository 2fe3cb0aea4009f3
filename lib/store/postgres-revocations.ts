import { DependencyError } from '../errors.ts'
import { assertKnownKeys, invalidOption } from '../options.ts'
import type { PostgresPool } from './parts/postgres-pool.ts'
import { newEntryId, parseCursor } from './parts/revocation-cursor.ts'
import { pageOfRows, type RevocationRow } from './parts/revocation-row.ts'
import type { RevocationStore } from './revocation-store.ts'

export interface PostgresRevocationStoreOptions {
  /** A `Pool` of the `pg` package. It stays the caller's: to set time-outs, to hear its errors, to end it. */
  readonly pool: PostgresPool
}

/**
 * Positions come from one row, not from a sequence: it stays locked until its transaction is over, so they become visible
 * in their order, and no reader goes past one that is still to come. A `bigint` is text for `pg`, so it is cast.
 */
const STATEMENTS = {
  appendRevocation: `WITH next AS (UPDATE gatewarden_revocation_position SET last = last + 1 RETURNING last)
    INSERT INTO gatewarden_revocations (position, id, revocation, expires_at) SELECT last, $1, $2, $3 FROM next
    RETURNING position`,
  readRevocations: `SELECT position::double precision, id, revocation FROM gatewarden_revocations
    WHERE position > coalesce((SELECT position FROM gatewarden_revocations WHERE position = $1 AND id = $2), 0)
    ORDER BY gatewarden_revocations.position LIMIT $3`,
  // What this process takes for the time may be ahead of the server's.
  purgeRevocations: `DELETE FROM gatewarden_revocations
    WHERE expires_at <= least($1, extract(epoch FROM now())::double precision)
    AND position < (SELECT max(position) FROM gatewarden_revocations)`,
} as const

/**
 * Revocations in PostgreSQL, for a fleet. Bring the schema up to date with `migratePostgres` before.
 */
export function postgresRevocationStore(options: PostgresRevocationStoreOptions): RevocationStore {
  assertKnownKeys('postgresRevocationStore', options, ['pool'])
  const { pool } = options
  if (typeof pool?.query !== 'function') {
    throw invalidOption('postgresRevocationStore', '"pool" must be a Pool of the pg package')
  }
  const run = async (name: keyof typeof STATEMENTS, values: (string | number)[]) =>
    (await pool.query({ name: `gatewarden_${name}`, text: STATEMENTS[name], values })).rows

  return {
    async append(revocation) {
      const kept = await run('appendRevocation', [newEntryId(), JSON.stringify(revocation), revocation.expiresAt])
      // The row of positions is gone, as after a restore of one table: nothing was written, and nothing failed.
      if (kept.length !== 1)
        throw new DependencyError('revocation store', 'kept nothing: its table of positions is empty')
    },
    async read(text, limit) {
      const { position = 0, id = '' } = parseCursor(text) ?? {}
      const rows = await run('readRevocations', [position, id, limit + 1])
      return pageOfRows(rows as RevocationRow[], limit, text)
    },
    async purge(expiredBy) {
      await run('purgeRevocations', [expiredBy])
    },
  }
}
