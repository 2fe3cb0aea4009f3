import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import type { KeyStore } from '../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'
import { sqliteKeyStore } from '../../lib/store/sqlite.ts'
import { keyRecord } from '../support/key-record.ts'
import { keyRequest } from '../support/key-request.ts'
import { fillSqlite } from '../support/sqlite-keys.ts'
import { croppedAt, medianOf, welch } from './keys-statistics.ts'

const USAGE = `Usage: node --conditions=source test/bench/key-timing.ts [--samples N] [--rounds N]

Does the time of an answer tell an unknown key from a wrong one, which differs from a good key in its last secret character
only? Both are asked N times (default 20,000) by turns in a random order, on memory and on SQLite, against 10,000 keys.
Prints Welch's t of all samples, and of those below the 95th percentile; within ±4.5 there is no difference to be seen.
The first line compares unknown keys with unknown keys: what this machine makes of nothing. The exit code is 0.
`
const STORED_KEYS = 10_000

/** Two keys that no store knows; the second one is a stored key but for its last character. */
interface Pair {
  readonly unknown: string
  readonly wrong: string
}

function makeKeys(samples: number): { readonly stored: readonly string[]; readonly pairs: readonly Pair[] } {
  const bytes = Array.from({ length: STORED_KEYS }, () => randomBytes(32).map((byte) => byte % 248))
  const stored = bytes.map((secret) => generateApiKey('sk', 'live', () => secret))
  const pairs = Array.from({ length: samples }, (_, index) => {
    const near = Uint8Array.from(bytes[index % STORED_KEYS] ?? [])
    near[31] = ((near[31] ?? 0) + 1 + Math.floor(index / STORED_KEYS)) % 62
    const wrong = generateApiKey('sk', 'live', () => near)
    return { unknown: flat(generateApiKey('sk', 'live')), wrong: flat(wrong) }
  })
  const known = new Set(stored)
  return { stored, pairs: pairs.filter(({ wrong }) => !known.has(wrong)) }
}

/** As it comes off the wire: one piece, seen for the first time. A string that was put together is slower at first use. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

type Times = readonly [unknown: number[], wrong: number[]]

function measure(keys: KeyStore, pairs: readonly (readonly [string, string])[]): Times {
  const authenticator = apiKeyAuthenticator({ keys, environments: ['live'], guesses: false })
  const times: Times = [[], []]
  const order = randomBytes(pairs.length)
  const ask = (which: 0 | 1, key: string) => {
    const request = keyRequest(key)
    const startedAt = process.hrtime.bigint()
    authenticator.authenticate(request)
    times[which].push(Number(process.hrtime.bigint() - startedAt))
  }
  pairs.forEach(([first, second], index) => {
    if ((order[index] ?? 0) % 2 === 0) {
      ask(0, first)
      ask(1, second)
    } else {
      ask(1, second)
      ask(0, first)
    }
  })
  return times
}

function report(name: string, [a, b]: Times): void {
  const all = welch(a, b)
  const cropped = welch(...croppedAt(0.95, a, b))
  const number = (value: number, width: number) => value.toFixed(1).padStart(width)
  const medians = `${number(medianOf(a), 9)} ${number(medianOf(b), 9)}`
  console.log(
    `${name.padEnd(34)} ${medians} ${number(cropped.meanA - cropped.meanB, 11)} ${number(all.t, 8)} ${number(cropped.t, 9)}`,
  )
}

function main(): void {
  const { values } = parseArgs({
    options: { samples: { type: 'string' }, rounds: { type: 'string' }, help: { type: 'boolean' } },
  })
  const samples = Number(values.samples ?? 20_000)
  const rounds = Number(values.rounds ?? 1)
  if (values.help || !(samples >= 100 && samples <= 500_000) || !(rounds >= 1 && rounds <= 20)) {
    console.log(USAGE)
    return
  }
  const { stored, pairs } = makeKeys(samples)
  const records = stored.map((key) => keyRecord({ hash: hashApiKey(key) }))
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'))
  const file = join(folder, 'keys.db')
  const sqlite = sqliteKeyStore({ file })
  fillSqlite(file, records)
  const stores: [string, KeyStore][] = [
    ['memory', memoryKeyStore(records)],
    ['SQLite', sqlite],
  ]
  console.log(`${pairs.length.toLocaleString('en')} samples each; nanoseconds`)
  console.log(
    `${''.padEnd(34)} ${'median A'.padStart(9)} ${'median B'.padStart(9)} ${'mean A - B'.padStart(11)} ${'t'.padStart(8)} ${'t (95 %)'.padStart(9)}`,
  )
  const asked = pairs.map(({ unknown, wrong }) => [unknown, wrong] as const)
  const nothing = pairs.map(() => [flat(generateApiKey('sk', 'live')), flat(generateApiKey('sk', 'live'))] as const)
  for (const [, store] of stores) measure(store, asked.slice(0, 5_000))
  for (let round = 0; round < rounds; round++) {
    for (const [name, store] of stores) {
      report(`${name}: unknown (A), unknown (B)`, measure(store, nothing))
      report(
        `${name}: unknown (A), wrong (B)`,
        measure(
          store,
          asked.map(([a, b]) => [flat(a), flat(b)] as const),
        ),
      )
    }
  }
  sqlite.close()
  rmSync(folder, { recursive: true, force: true })
}

main()
