import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedKeyStore } from '../../lib/store/cached-key-store.ts'
import { sqliteKeyStore } from '../../lib/store/sqlite.ts'

const CACHED = 10_000
const LOOK_UPS = 200_000
const PASSES = 4

/** What many keys in SQLite behind a bounded cache take of memory. */
export async function reportMemory(count: number, say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'))
  const file = join(folder, 'keys.db')
  const store = sqliteKeyStore({ file })
  const program = fileURLToPath(new URL('keys-fill.ts', import.meta.url))
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', program, file, String(count)])
  const cache = cachedKeyStore({ store, maxEntries: CACHED })
  say(
    `${count.toLocaleString('en')} keys in SQLite (${mebibytes(statSync(file).size)} on disk), a cache of ${CACHED.toLocaleString('en')}`,
  )
  say(`  opened: ${memoryUsed()}`)
  for (let pass = 1; pass <= PASSES; pass++) {
    for (let index = 0; index < LOOK_UPS; index++) {
      cache.findByHash([hashAt((index * 61_813 * pass) % count)])
      cache.findByHash([`unknown ${pass} ${index}`])
      // Requests come with time between them, in which memory is given back.
      if (index % 1_000 === 0) await new Promise(setImmediate)
    }
    say(
      `  after ${(pass * LOOK_UPS).toLocaleString('en')} look-ups of keys and as many of unknown ones: ${memoryUsed()}`,
    )
  }
  if (!store.findByHash([hashAt(count - 1)])) throw new Error('the keys are not there')
  store.close()
  rmSync(folder, { recursive: true, force: true })
}

/** As `keyRecord` makes them, from the first on. */
function hashAt(index: number): string {
  return hash('sha256', `key_${String(index + 1).padStart(8, '0')}`, 'hex')
}

function memoryUsed(): string {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return `${mebibytes(heapUsed)} of heap, ${mebibytes(rss)} resident`
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
