import { DatabaseSync } from 'node:sqlite'
import { migrateSqlite } from './sqlite-schema.ts'

const SQLITE_BUSY = 5
const MAX_TRIES = 200
const PAUSE_MS = 10
/** Holds what look-ups touch of some 100,000 keys; with SQLite's default of 2 MiB most of them ask the system. */
const PAGE_CACHE_KIBIBYTES = 32_768

/**
 * Opens a file in write-ahead mode, with the newest schema. `synchronous = FULL`: what is acknowledged survives a power
 * cut, in this mode too. The time-out comes first: what follows may have to wait for another process.
 * @throws Error when the file cannot be opened or holds a newer schema
 */
export function openSqlite(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 2000')
    switchToWriteAheadLog(database)
    database.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${PAGE_CACHE_KIBIBYTES}`)
    migrateSqlite(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Of two processes that switch a new file at once, each may hold what the other waits for. There SQLite fails at once,
 * whatever the time-out, so it is tried again. This happens at the start only; nothing else waits meanwhile.
 */
function switchToWriteAheadLog(database: DatabaseSync): void {
  for (let tries = 1; ; tries++) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if ((error as { errcode?: unknown }).errcode !== SQLITE_BUSY || tries === MAX_TRIES) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}
