import { after, before } from 'node:test'
import { keyStoreContract, type MakeKeyStore } from '../../contract/key-store.ts'
import { behindCache } from '../../support/cached-keys.ts'
import { makeRedisKeys } from '../../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'

let server: RedisServer | undefined
before(async () => {
  if (!skipWithoutRedis) server = await startRedis()
})
after(() => server?.remove())

const make: MakeKeyStore = async () => {
  if (!server) throw new Error('no server')
  return makeRedisKeys(server.port)
}

keyStoreContract('Redis', make, { manyKeys: 100_000, skip: skipWithoutRedis })
keyStoreContract('Redis behind a cache', behindCache(make), { skip: skipWithoutRedis })
