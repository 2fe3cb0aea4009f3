import { after, before, describe, test } from 'node:test'
import { redisKeyStore } from '../../../lib/store/redis.ts'
import { assertNothingLost, startKeyWriter } from '../../contract/acknowledged-writes.ts'
import { commandOf, redisClient } from '../../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'

describe('Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
  })
  after(() => server?.remove())

  test('what was acknowledged survives kill -9 of the server in the middle of writing', async () => {
    for (let round = 0; round < 3; round++) {
      const writer = await startKeyWriter(`redis://127.0.0.1:${server.port}`, 200 + round * 37)
      await server.kill()
      await writer.ended
      await server.start()
      const client = redisClient(server.port)
      const store = redisKeyStore({ command: commandOf(client) })
      await assertNothingLost(store, writer.acknowledged)
      await client.flushall()
      client.disconnect()
    }
  })
})
