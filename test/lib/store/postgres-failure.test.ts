import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { generateApiKey, hashApiKey } from '../../../lib/api-key.ts'
import { migratePostgres, postgresKeyStore } from '../../../lib/store/postgres.ts'
import { type KeyGateway, startKeyGateway } from '../../support/key-gateway.ts'
import { keyRecord } from '../../support/key-record.ts'
import { poolOf } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { toldStatuses, untilRecovered } from '../../support/told-statuses.ts'

describe('PostgreSQL that fails', { skip: skipWithoutPostgres }, () => {
  const [key, unknown] = [generateApiKey('sk', 'live'), generateApiKey('sk', 'live')]
  let server: PostgresServer
  let pool: pg.Pool
  let gateway: KeyGateway
  /** It gives up soon: what it tells of a good store says nothing, for a busy machine is slow as well. */
  let hasty: KeyGateway
  const ask = () => toldStatuses(gateway, key, unknown)
  const askHastily = () => toldStatuses(hasty, key, unknown)
  before(async () => {
    server = await startPostgres()
    pool = poolOf(server.url)
    await migratePostgres(pool)
    const keys = postgresKeyStore({ pool })
    await keys.insert(keyRecord({ hash: hashApiKey(key) }))
    gateway = await startKeyGateway({ keys, environments: ['live'], deadlineMs: 20_000, guesses: false })
    hasty = await startKeyGateway({ keys, environments: ['live'], deadlineMs: 300, guesses: false })
  })
  after(async () => {
    await gateway?.close()
    await hasty?.close()
    await pool?.end()
    await server?.remove()
  })

  test('is 503 while it is down, and recovers without a restart of ours', async () => {
    assert.deepEqual(await ask(), { good: 200, unknown: 401 })
    await server.kill()
    assert.deepEqual(await ask(), { good: 503, unknown: 503 })
    await server.start()
    assert.ok((await untilRecovered(ask)) < 10_000)
  })

  test('is 503 while a lock makes it slow, and recovers', async () => {
    const locker = await pool.connect()
    await locker.query('BEGIN; LOCK TABLE gatewarden_api_keys IN ACCESS EXCLUSIVE MODE')
    assert.deepEqual(await askHastily(), { good: 503, unknown: 503 })
    await locker.query('ROLLBACK')
    locker.release()
    assert.ok((await untilRecovered(askHastily)) < 15_000)
  })

  test('is 503 when the row cannot be read, and when the table is gone', async () => {
    const { hash } = { hash: hashApiKey(key) }
    await pool.query({ text: `UPDATE gatewarden_api_keys SET scopes = '"admin"' WHERE hash = $1`, values: [hash] })
    assert.deepEqual(await ask(), { good: 503, unknown: 401 })
    await pool.query({ text: `UPDATE gatewarden_api_keys SET scopes = '[]' WHERE hash = $1`, values: [hash] })
    await pool.query('ALTER TABLE gatewarden_api_keys RENAME TO hidden')
    assert.deepEqual(await ask(), { good: 503, unknown: 503 })
    await pool.query('ALTER TABLE hidden RENAME TO gatewarden_api_keys')
    assert.ok((await untilRecovered(ask)) < 10_000)
  })
})
