import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Redis } from 'ioredis'
import { generateApiKey, hashApiKey } from '../../../lib/api-key.ts'
import { redisKeyStore } from '../../../lib/store/redis.ts'
import { type KeyGateway, startKeyGateway } from '../../support/key-gateway.ts'
import { keyRecord } from '../../support/key-record.ts'
import { commandOf, redisClient } from '../../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { toldStatuses, untilRecovered } from '../../support/told-statuses.ts'

describe('Redis that fails', { skip: skipWithoutRedis }, () => {
  const [key, unknown] = [generateApiKey('sk', 'live'), generateApiKey('sk', 'live')]
  const record = keyRecord({ hash: hashApiKey(key) })
  let server: RedisServer
  let client: Redis
  let gateway: KeyGateway
  /** It gives up soon: what it tells of a good store says nothing, for a busy machine is slow as well. */
  let hasty: KeyGateway
  const ask = () => toldStatuses(gateway, key, unknown)
  const askHastily = () => toldStatuses(hasty, key, unknown)
  before(async () => {
    server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
    client = redisClient(server.port)
    const keys = redisKeyStore({ command: commandOf(client) })
    await keys.insert(record)
    gateway = await startKeyGateway({ keys, environments: ['live'], deadlineMs: 20_000, guesses: false })
    hasty = await startKeyGateway({ keys, environments: ['live'], deadlineMs: 300, guesses: false })
  })
  after(async () => {
    await gateway?.close()
    await hasty?.close()
    client?.disconnect()
    await server?.remove()
  })

  test('is 503 while it is down, and recovers without a restart of ours, scripts and all', async () => {
    assert.deepEqual(await ask(), { good: 200, unknown: 401 })
    await server.kill()
    assert.deepEqual(await ask(), { good: 503, unknown: 503 })
    await server.start()
    assert.ok((await untilRecovered(ask)) < 10_000)
  })

  test('is 503 while it is slow, and recovers', async () => {
    await client.call('CLIENT', 'PAUSE', '3000', 'ALL')
    assert.deepEqual(await askHastily(), { good: 503, unknown: 503 })
    assert.ok((await untilRecovered(askHastily)) < 15_000)
  })

  for (const garbage of [
    'not JSON',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...record, scopes: 'admin' }),
    JSON.stringify({ ...record, expiresAt: 'x' }),
  ]) {
    test(`is 503 when it holds ${garbage.slice(0, 20)} as a key`, async () => {
      await client.call('SET', `{gatewarden}:api-key:${record.id}`, garbage)
      assert.deepEqual(await ask(), { good: 503, unknown: 401 })
      await client.call('SET', `{gatewarden}:api-key:${record.id}`, JSON.stringify(record))
      assert.deepEqual(await ask(), { good: 200, unknown: 401 })
    })
  }

  test('is 503 when the name holds another type, or the record is gone while its hash is there', async () => {
    await client.call('DEL', `{gatewarden}:api-key:${record.id}`)
    assert.deepEqual(await ask(), { good: 503, unknown: 401 })
    await client.call('LPUSH', `{gatewarden}:api-key:${record.id}`, 'x')
    assert.deepEqual(await ask(), { good: 503, unknown: 401 })
  })
})
