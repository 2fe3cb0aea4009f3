import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Redis } from 'ioredis'
import { DependencyError } from '../../../lib/errors.ts'
import { type RedisCommand, redisRateLimitStore } from '../../../lib/store/redis.ts'
import { rateLimitStoreContract, takeOf } from '../../contract/rate-limit-store.ts'
import { NOW } from '../../support/access-token.ts'
import { commandOf, redisClient } from '../../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { NODE_FLAGS, runCommand } from '../../support/run-command.ts'

let server: RedisServer
let client: Redis
let namespaces = 0
const newNamespace = () => `{limits-${++namespaces}}:`
before(async () => {
  if (skipWithoutRedis) return
  server = await startRedis()
  client = redisClient(server.port)
})
after(async () => {
  client?.disconnect()
  await server?.remove()
})

const make = (now?: () => number) =>
  redisRateLimitStore({ command: commandOf(client), namespace: newNamespace(), ...(now && { now }) })
rateLimitStoreContract('redisRateLimitStore', make, { skip: skipWithoutRedis })

suite('redisRateLimitStore', { skip: skipWithoutRedis }, () => {
  test('two processes on one Redis are given together exactly what there is', async () => {
    const taker = 'test/support/rate-taker.ts'
    const args = [...NODE_FLAGS, taker, String(server.port), newNamespace(), '1000', '700']
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const runs = await Promise.all([0, 1].map(() => runCommand(process.execPath, args, { env })))
    for (const { code, stderr } of runs) assert.equal(code, 0, stderr)
    assert.equal(
      runs.reduce((sum, { stdout }) => sum + Number(stdout), 0),
      700,
    )
  })

  test('is one command for all windows; the names are hashes that go when they are drained', async () => {
    const namespace = newNamespace()
    const sent: string[][] = []
    const command: RedisCommand = (...words) => {
      sent.push(words)
      return commandOf(client)(...words)
    }
    const store = redisRateLimitStore({ command, namespace })
    await store.take([takeOf({ key: 'a' })])
    sent.length = 0
    await store.take([takeOf({ key: 'a' }), takeOf({ key: 'b', windowSeconds: 3_600 })])
    assert.deepEqual(
      sent.map(([name]) => name),
      ['EVALSHA'],
    )
    const names = await client.keys(`${namespace}*`)
    assert.equal(names.length, 2)
    for (const name of names) {
      assert.match(name, /^\{limits-\d+\}:rate:[A-Za-z0-9_-]{43}$/)
      const left = await client.pttl(name)
      assert.ok(left > 0 && left <= 360_000, `${left}`)
    }
  })

  test('goes by the clock of Redis unless it is given one', async () => {
    const store = make()
    const [first] = await store.take([takeOf({ quota: 1, burst: 1, windowSeconds: 3_600 })])
    assert.equal(first?.waitSeconds, 0)
    const [second] = await store.take([takeOf({ quota: 1, burst: 1, windowSeconds: 3_600 })])
    assert.ok((second?.waitSeconds ?? 0) > 3_500 && (second?.waitSeconds ?? 0) <= 3_600)
  })

  test('what is no bucket of ours under a name is a rejection', async () => {
    const namespace = newNamespace()
    const store = redisRateLimitStore({ command: commandOf(client), namespace, now: () => NOW })
    await store.take([takeOf()])
    const [name = ''] = await client.keys(`${namespace}*`)
    await client.set(name, 'junk')
    await assert.rejects(async () => store.take([takeOf()]), isUnavailable)
  })

  test('Redis that is down is a rejection, and works again when it is back', async () => {
    const impatient = redisClient(server.port, false)
    try {
      await impatient.ping().catch(() => new Promise((resolve) => impatient.once('ready', resolve)))
      const store = redisRateLimitStore({ command: commandOf(impatient), namespace: newNamespace() })
      assert.equal((await store.take([takeOf()])).length, 1)
      await server.kill()
      await assert.rejects(async () => store.take([takeOf()]), isUnavailable)
      const ready = new Promise((resolve) => impatient.once('ready', resolve))
      await server.start()
      await ready
      assert.equal((await store.take([takeOf()])).length, 1)
    } finally {
      impatient.disconnect()
    }
  })
})

const isUnavailable = (error: unknown) => error instanceof DependencyError && error.dependency === 'rate limit store'

suite('redisRateLimitStore without a server', () => {
  const bad = [
    '',
    'OK',
    1,
    null,
    undefined,
    {},
    [],
    ['0'],
    [0, 0],
    ['0', '-1'],
    ['1e3', '0'],
    ['0', '0', '0'],
    [null, '0'],
  ]
  for (const reply of bad) {
    test(`takes no ${JSON.stringify(reply)} for an answer`, async () => {
      const store = redisRateLimitStore({ command: async () => reply, now: () => NOW })
      await assert.rejects(async () => store.take([takeOf()]), isUnavailable)
    })
  }

  test('asks nobody about nothing', async () => {
    const command = () => assert.fail('asked')
    assert.deepEqual(await redisRateLimitStore({ command }).take([]), [])
  })

  const command = async () => 'OK'
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{}, '"command"'],
    [{ command: 'EVAL' }, '"command"'],
    [{ command, namespace: '' }, '"namespace"'],
    [{ command, now: 1 }, '"now"'],
    [{ command, prefix: 'x' }, 'unknown option "prefix"'],
    [null, 'object'],
  ]
  for (const [options, ...words] of refused) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => redisRateLimitStore(untyped(options)), 'redisRateLimitStore', ...words)
    })
  }
})
