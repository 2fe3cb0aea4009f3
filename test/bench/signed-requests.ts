import { createHash, createHmac, createSecretKey, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import type { RequestView } from '../../lib/request-view.ts'
import { type SecretVault, secretVault } from '../../lib/secrets/vault.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { memorySecretStore } from '../../lib/store/memory-secrets.ts'
import type { SecretStore } from '../../lib/store/secret-store.ts'
import { sqliteSecretStore } from '../../lib/store/sqlite-secrets.ts'
import { requestView } from '../support/request-view.ts'
import { signedHeaders } from '../support/signed-request.ts'
import { croppedAt, medianOf, welch } from './keys-statistics.ts'

const USAGE = `Usage: node --conditions=source test/bench/signed-requests.ts [--samples N] [--rounds N] [--only cost|timing]

cost: what does a signed request cost beside its hash and MAC alone? For bodies of 0, 1 KiB and 1 MiB, by turns, medians in
microseconds; hmacAuthenticator with its secrets in memory and in SQLite, and the vault's look-up alone.
timing: does the time of an answer tell an unknown key id from a wrong signature? Both are asked N times (default 20,000) by
turns in a random order. Welch's t of all samples, and of those below the 95th percentile; within 4.5 there is no
difference to be seen. The first line compares unknown keys with unknown keys: what this machine makes of nothing.
`
const STORED_KEYS = 1_000

interface Bed {
  readonly name: string
  readonly vault: SecretVault
  /** Key ids and their secrets. */
  readonly keys: readonly (readonly [keyId: string, secret: string])[]
}

async function fill(name: string, store: SecretStore): Promise<Bed> {
  const vault = secretVault({ store, sealingKeys: [randomBytes(32)] })
  const keys: [string, string][] = []
  for (let index = 0; index < STORED_KEYS; index++) {
    const { secret, record } = await vault.create({ owner: `client-${index}`, scopes: ['orders:write'] })
    keys.push([record.keyId, secret])
  }
  return { name, vault, keys }
}

function request(keyId: string, secret: string, body: Uint8Array): RequestView {
  const signed = { method: 'POST', timestamp: new Date().toISOString(), body, nonce: randomUUID() }
  const { 'x-signature': signature = '', ...rest } = signedHeaders(keyId, secret, signed)
  // As they come off the wire: in one piece, seen for the first time.
  const headers = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, flat(value)]))
  return requestView({ 'x-signature': flat(signature) }, { method: 'POST', headers, body })
}

function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

type Ask = (request: RequestView) => Promise<string>

function askerOf({ vault }: Bed): Ask {
  const authenticator = hmacAuthenticator({ keys: vault, replayStore: memoryReplayStore() })
  return async (view) => (await authenticator.authenticate(view)).outcome
}

async function timed(work: () => unknown): Promise<number> {
  const startedAt = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - startedAt)
}

async function measureCost(beds: readonly Bed[], samples: number): Promise<void> {
  const secret = createSecretKey(randomBytes(43))
  const mac = randomBytes(32)
  const raw = (body: Uint8Array) => {
    const digest = createHash('sha256').update(body).digest('hex')
    const text = `POST\n/orders/42\n2026-11-24T09:30:00Z\nsha256=${digest}\n${mac.length}`
    timingSafeEqual(createHmac('sha256', secret).update(text).digest(), mac)
  }
  for (const size of [0, 1_024, 1_048_576]) {
    const body = randomBytes(size)
    const count = size > 100_000 ? Math.ceil(samples / 40) : samples
    const times: Record<string, number[]> = { 'hash and MAC alone': [] }
    for (const { name } of beds) times[name] = []
    const askers = beds.map((bed) => [bed, askerOf(bed)] as const)
    for (let index = 0; index < count; index++) {
      times['hash and MAC alone']?.push(await timed(() => raw(body)))
      for (const [bed, ask] of askers) {
        const view = request(...(bed.keys[index % STORED_KEYS] ?? ['', '']), body)
        times[bed.name]?.push(
          await timed(async () => {
            if ((await ask(view)) !== 'authenticated') throw new Error('a good request was refused')
          }),
        )
      }
    }
    for (const [name, values] of Object.entries(times)) report(`${size} bytes: ${name}`, values.slice(count >> 2))
  }
  for (const { name, vault, keys } of beds) {
    const values: number[] = []
    for (let index = 0; index < samples; index++) {
      const keyId = flat(keys[index % STORED_KEYS]?.[0] ?? '')
      values.push(await timed(() => vault.find(keyId)))
    }
    report(`look-up alone: ${name}`, values.slice(samples >> 2))
  }
}

function report(name: string, nanoseconds: readonly number[]): void {
  console.log(`${name.padEnd(48)} ${(medianOf(nanoseconds) / 1_000).toFixed(1).padStart(9)} us`)
}

async function measureTiming(bed: Bed, samples: number): Promise<void> {
  const ask = askerOf(bed)
  const body = Buffer.from('{"amount":1}')
  const unknown = () => request(`hk_${randomUUID()}`, 'x'.repeat(43), body)
  const wrongOf = (count: number) => (index: number) =>
    request(bed.keys[index % count]?.[0] ?? '', 'x'.repeat(43), body)
  for (const [name, makeB] of [
    ['unknown (A), unknown (B)', unknown],
    ['unknown (A), one key wrong (B)', wrongOf(1)],
    ['unknown (A), 1,000 wrong (B)', wrongOf(STORED_KEYS)],
  ] as const) {
    const times: [number[], number[]] = [[], []]
    const order = randomBytes(samples)
    for (let index = -2_000; index < samples; index++) {
      const pair = [unknown(), makeB(Math.max(index, 0))] as const
      const sequence = (order[Math.max(index, 0)] ?? 0) % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)
      for (const which of sequence) {
        const nanoseconds = await timed(() => ask(pair[which]))
        if (index >= 0) times[which].push(nanoseconds)
      }
    }
    const all = welch(...times)
    const cropped = welch(...croppedAt(0.95, ...times))
    const [a, b] = times.map((each) => medianOf(each).toFixed(0).padStart(7))
    const difference = (cropped.meanA - cropped.meanB).toFixed(1).padStart(8)
    const t = `${all.t.toFixed(1).padStart(7)} ${cropped.t.toFixed(1).padStart(7)}`
    console.log(`${`${bed.name}: ${name}`.padEnd(48)} ${a} ${b} ${difference} ${t}`)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...{
        samples: { type: 'string' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        help: { type: 'boolean' },
      },
    },
  })
  const samples = Number(values.samples ?? 20_000)
  if (values.help || !(samples >= 100 && samples <= 500_000)) return console.log(USAGE)
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'))
  const sqlite = sqliteSecretStore({ file: join(folder, 'secrets.db') })
  const beds = [await fill('secrets in memory', memorySecretStore()), await fill('secrets in SQLite', sqlite)]
  for (let round = 0; round < Number(values.rounds ?? 1); round++) {
    if (values.only !== 'timing') await measureCost(beds, Math.min(samples, 20_000))
    if (values.only === 'cost') continue
    console.log(`${''.padEnd(48)} median A median B mean A-B       t t(95 %); nanoseconds`)
    for (const bed of beds) await measureTiming(bed, samples)
  }
  sqlite.close()
  rmSync(folder, { recursive: true, force: true })
}

await main()
