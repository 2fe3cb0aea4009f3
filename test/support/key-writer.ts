import { Redis } from 'ioredis'
import pg from 'pg'
import type { KeyStore } from '../../lib/store/key-store.ts'
import { postgresKeyStore } from '../../lib/store/postgres.ts'
import { redisKeyStore } from '../../lib/store/redis.ts'
import { sqliteKeyStore } from '../../lib/store/sqlite.ts'
import { keyRecord } from './key-record.ts'

/**
 * A program that writes keys until it is killed or the store fails, and prints what the store has acknowledged: `made ID`,
 * `revoked ID` or `replaced ID SUCCESSOR`, each after the answer has come.
 * Usage: key-writer.ts (sqlite:FILE | postgres://… | redis://…)
 */
const target = process.argv[2] ?? ''
const store = openStore(target)

function openStore(url: string): KeyStore {
  if (url.startsWith('sqlite:')) return sqliteKeyStore({ file: url.slice('sqlite:'.length) })
  if (url.startsWith('redis:')) {
    const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 })
    client.on('error', () => undefined)
    return redisKeyStore({ command: (command, ...args) => client.call(command, ...args) })
  }
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => undefined)
  return postgresKeyStore({ pool })
}

async function write(): Promise<void> {
  for (;;) {
    const [first, second, third] = [keyRecord(), keyRecord(), keyRecord()]
    await store.insert(first)
    process.stdout.write(`made ${first.id}\n`)
    await store.insert(second)
    process.stdout.write(`made ${second.id}\n`)
    await store.revoke(first.id, 7)
    process.stdout.write(`revoked ${first.id}\n`)
    await store.replace(second.id, third, 8)
    process.stdout.write(`replaced ${second.id} ${third.id}\n`)
    // Lets the store's events in between, where the store is synchronous.
    await new Promise(setImmediate)
  }
}

await write().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})
