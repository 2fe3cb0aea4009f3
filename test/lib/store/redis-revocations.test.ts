import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { redisRevocationStore } from '../../../lib/store/redis-revocations.ts'
import {
  type MakeRevocationStore,
  readOn,
  revocationStoreContract,
  revocationSubscriptionContract,
} from '../../contract/revocation-store.ts'
import { makeRedisRevocations } from '../../support/redis-revocations.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { tokenRevocation } from '../../support/revocations.ts'

let server: RedisServer | undefined
before(async () => {
  if (!skipWithoutRedis) server = await startRedis()
})
after(() => server?.remove())

const make: MakeRevocationStore = () => makeRedisRevocations(server?.port ?? assert.fail('no server'))

revocationStoreContract('Redis', make, { many: 10_000, skip: skipWithoutRedis })
revocationSubscriptionContract('Redis', make, { skip: skipWithoutRedis })

describe('redisRevocationStore', { skip: skipWithoutRedis }, () => {
  test('a clock that is ahead does not purge what has not expired for Redis', async () => {
    const { store, close } = await make()
    const inAnHour = Date.now() / 1000 + 3_600
    for (const id of ['t1', 't2']) await store.append(tokenRevocation(id, inAnHour))
    await store.purge(inAnHour + 86_400)
    assert.equal((await readOn(store)).revocations.length, 2)
    await close()
  })

  test('thousands that have expired are purged, all but the newest', async () => {
    const { store, close } = await make()
    await Promise.all(Array.from({ length: 2_500 }, async (_, index) => store.append(tokenRevocation(`t${index}`, 1))))
    await store.purge(2)
    assert.equal((await readOn(store)).revocations.length, 1)
    await close()
  })
})

test('an answer that is no list is a failure', async () => {
  const store = redisRevocationStore({ command: async () => 'OK' })
  await assert.rejects(async () => store.read('', 1), { name: 'DependencyError' })
})

test('without a function that subscribes, it tells of nothing', () => {
  assert.equal(redisRevocationStore({ command: async () => [] }).subscribe, undefined)
})

for (const [options, ...words] of [
  [{}, '"command"'],
  [{ command: () => undefined, subscribe: true }, '"subscribe"'],
  [{ command: () => undefined, namespace: '' }, '"namespace"'],
  [{ command: () => undefined, channel: 'x' }, 'unknown option "channel"'],
] as const) {
  test(`refuses ${JSON.stringify(options)}`, () => {
    assertRefusedOption(() => redisRevocationStore(untyped(options)), 'redisRevocationStore', ...words)
  })
}
