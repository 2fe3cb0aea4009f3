import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import type { LimitRule } from '../../lib/limit/limit-rule.ts'
import type { LimitOptions } from '../../lib/limit/limiter.ts'
import { redisRateLimitStore } from '../../lib/store/redis.ts'
import { limitedGateway } from '../support/limited-gateway.ts'
import { commandOf, redisClient } from '../support/redis-keys.ts'
import { skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { sendRequest } from '../support/send-request.ts'

const CLIENT: LimitRule = { name: 'client', by: 'client', windows: [{ quota: 3, windowSeconds: 3_600 }] }

async function failingGateway(onStoreFailure: LimitOptions['onStoreFailure'], deadlineMs = 1_000) {
  const server = await startRedis()
  const client = redisClient(server.port, false)
  after(async () => {
    client.disconnect()
    await server.remove()
  })
  await client.ping().catch(() => new Promise((resolve) => client.once('ready', resolve)))
  const warnings: string[] = []
  const ask = commandOf(client)
  let sent = 0
  const command: typeof ask = (...parts) => {
    sent++
    return ask(...parts)
  }
  const store = redisRateLimitStore({ command })
  const warn = (message: string) => void warnings.push(message)
  const gateway = await limitedGateway({
    rules: [CLIENT],
    store,
    warn,
    deadlineMs,
    ...(onStoreFailure && { onStoreFailure }),
  })
  const headers = [['X-API-Key', await gateway.key('partner')]] as const
  const send = async () => (await sendRequest(gateway.port, { path: '/orders/1', headers })).status
  return { server, client, gateway, warnings, send, commands: () => sent }
}

suite('Redis that is killed', { skip: skipWithoutRedis }, () => {
  test('gives a client no more than this process allows, and is told of', async () => {
    const { server, gateway, warnings, send } = await failingGateway(undefined)
    assert.equal(await send(), 200)
    await server.kill()
    const statuses: number[] = []
    for (let index = 0; index < 20; index++) statuses.push(await send())
    assert.deepEqual(statuses.slice(0, 4), [200, 200, 200, 429])
    assert.equal(statuses.filter((status) => status === 200).length, 3)
    assert.equal(gateway.upstream.take().length, 4)
    assert.deepEqual(warnings, [
      'rate limit store: cannot be asked; meanwhile limits are counted in this process alone',
    ])
  })

  test('lets nobody through with "refuse"', async () => {
    const { server, gateway, send } = await failingGateway('refuse')
    assert.equal(await send(), 200)
    await server.kill()
    for (let index = 0; index < 20; index++) assert.equal(await send(), 503)
    assert.equal(gateway.upstream.take().length, 1)
  })

  test('counts for the whole fleet again when it is back', async () => {
    const { server, client, gateway, warnings, send } = await failingGateway('refuse')
    await server.kill()
    assert.equal(await send(), 503)
    const ready = new Promise((resolve) => client.once('ready', resolve))
    await server.start()
    await ready
    assert.equal(await send(), 503, 'it is left alone for a second')
    gateway.advance(1)
    const statuses: number[] = []
    for (let index = 0; index < 4; index++) statuses.push(await send())
    assert.deepEqual(statuses, [200, 200, 200, 429])
    assert.equal(warnings.at(-1), 'rate limit store: answers again')
  })
})

test('Redis that hangs holds requests up once, for no longer than the deadline', {
  skip: skipWithoutRedis,
}, async () => {
  const { client, send, warnings, commands } = await failingGateway(undefined, 50)
  await client.call('CLIENT', 'PAUSE', '60000')
  const startedAt = performance.now()
  const statuses = [await send(), await send(), await send(), await send()]
  assert.deepEqual(statuses, [200, 200, 200, 429])
  assert.ok(performance.now() - startedAt >= 45)
  assert.equal(commands(), 1)
  assert.match(warnings.join(), /gave no answer within 50 ms/)
})
