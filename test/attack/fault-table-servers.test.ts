import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { secretVault } from '../../lib/secrets/vault.ts'
import { revocationList } from '../../lib/store/local-revocation-list.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { memorySecretStore } from '../../lib/store/memory-secrets.ts'
import { migratePostgres } from '../../lib/store/postgres.ts'
import { postgresRevocationStore } from '../../lib/store/postgres-revocations.ts'
import { postgresSecretStore } from '../../lib/store/postgres-secrets.ts'
import { redisReplayStore } from '../../lib/store/redis.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { type FaultyBoundary, faultyBoundary } from '../support/faulty-boundary.ts'
import { manualSchedule } from '../support/manual-schedule.ts'
import { poolOf } from '../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres-server.ts'
import { commandOf, redisClient } from '../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { tokenRevocation } from '../support/revocations.ts'
import { signedHeaders, timestampAt } from '../support/signed-request.ts'
import { createSigningKey } from '../support/signing-key.ts'

/** Nothing is set: these servers fail by themselves. */
const NOTHING = { set: () => undefined }
const SEALING = { sealingKeys: [Buffer.alloc(32, 7)] }
/** A deadline that a busy machine keeps, where an answer is awaited; and one that is passed soon, where none will come. */
const [PATIENT, HASTY] = [20_000, 300]

function signedBy(keyId: string, secret: string) {
  let count = 0
  const signed = (by: string) =>
    Object.entries(signedHeaders(keyId, by, { timestamp: timestampAt(NOW), nonce: `nonce-${count++}` }))
  return { good: () => signed(secret), bad: () => signed('x'.repeat(43)) }
}

/** Good as new: who may is let in, who may not is not. */
async function assertWell({ good, bad }: FaultyBoundary): Promise<void> {
  await eventually(async () => assert.deepEqual([await good(), await bad()], [200, 401]))
}

async function assertClosed({ good, bad }: FaultyBoundary): Promise<void> {
  for (let count = 0; count < 5; count++) {
    assert.equal(await good(), 503)
    assert.notEqual(await bad(), 200)
  }
}

suite('Redis for replays', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  let client: ReturnType<typeof redisClient>
  let boundaries: readonly [patient: FaultyBoundary, hasty: FaultyBoundary]
  before(async () => {
    server = await startRedis()
    client = redisClient(server.port, false)
    const { now } = testClock()
    const vault = secretVault({ store: memorySecretStore(), ...SEALING, now })
    const { record, secret } = await vault.create({ owner: 'acme' })
    const replayStore = redisReplayStore({ command: commandOf(client), now })
    const authenticate = hmacAuthenticator({ keys: vault, replayStore, now })
    const callers = signedBy(record.keyId, secret)
    const made = (deadlineMs: number) => faultyBoundary(NOTHING, { authenticate, now, deadlineMs }, callers)
    boundaries = [made(PATIENT), made(HASTY)]
  })
  after(async () => {
    client?.disconnect()
    await server?.remove()
  })

  test('down: 503, then well again', async () => {
    const [patient] = boundaries
    await assertWell(patient)
    await server.kill()
    await assertClosed(patient)
    await server.start()
    await assertWell(patient)
  })

  test('slow: 503, then well again', async () => {
    const [patient, hasty] = boundaries
    await client.call('CLIENT', 'PAUSE', '5000', 'ALL')
    await assertClosed(hasty)
    await assertWell(patient)
  })
})

suite('PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  let pool: ReturnType<typeof poolOf>
  before(async () => {
    server = await startPostgres()
    pool = poolOf(server.url)
    await migratePostgres(pool)
  })
  after(async () => {
    await pool?.end()
    await server?.remove()
  })

  /** While a table is locked, whoever asks for it waits. */
  async function whileLocked(table: string, check: () => Promise<void>): Promise<void> {
    const locker = await pool.connect()
    await locker.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
    try {
      await check()
    } finally {
      await locker.query('ROLLBACK')
      locker.release()
    }
  }

  test('for shared secrets, slow, with nonsense in it, and down: 503, then well again', async () => {
    const { now } = testClock()
    const vault = secretVault({ store: postgresSecretStore({ pool }), ...SEALING, now })
    const { record, secret } = await vault.create({ owner: 'acme' })
    const authenticate = hmacAuthenticator({ keys: vault, replayStore: memoryReplayStore({ now }), now })
    const callers = signedBy(record.keyId, secret)
    const made = (deadlineMs: number) => faultyBoundary(NOTHING, { authenticate, now, deadlineMs }, callers)
    const [patient, hasty] = [made(PATIENT), made(HASTY)]
    await assertWell(patient)
    await whileLocked('gatewarden_shared_keys', () => assertClosed(hasty))
    await assertWell(patient)
    await pool.query('ALTER TABLE gatewarden_shared_keys RENAME TO hidden')
    await assertClosed(patient)
    await pool.query('ALTER TABLE hidden RENAME TO gatewarden_shared_keys')
    await server.kill()
    await assertClosed(patient)
    await server.start()
    await assertWell(patient)
  })

  test('for revocations, slow and down: 503 once what is known is too old, then well again', async () => {
    const clock = testClock()
    const timer = manualSchedule()
    const store = postgresRevocationStore({ pool })
    await store.append(tokenRevocation('revoked', NOW + 3_000))
    const times = { maxStaleSeconds: 10, pollIntervalMs: 1_000, deadlineMs: 1_000 }
    const effects = { now: clock.now, schedule: timer.schedule, warn: () => undefined }
    const revocations = revocationList({ store, ...times, ...effects })
    const key = createSigningKey('ES256')
    const jwt = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [key.jwk] } } as const
    const authenticate = jwtAuthenticator({ ...jwt, revocations, now: clock.now })
    const bearer = (jti: string) =>
      [['Authorization', `Bearer ${key.sign(accessTokenClaims({ jti, exp: NOW + 3_000 }))}`]] as const
    const callers = { good: () => bearer('good'), bad: () => bearer('revoked'), before: () => timer.run() }
    const boundary = faultyBoundary(NOTHING, { authenticate, now: clock.now }, callers)
    await assertWell(boundary)
    await whileLocked('gatewarden_revocations', async () => {
      clock.advance(11)
      await assertClosed(boundary)
    })
    await assertWell(boundary)
    await server.kill()
    clock.advance(11)
    await assertClosed(boundary)
    await server.start()
    await assertWell(boundary)
    revocations.close()
  })
})
