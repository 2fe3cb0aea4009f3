import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Redis } from 'ioredis'
import { DependencyError } from '../../../lib/errors.ts'
import { type RedisCommand, redisReplayStore } from '../../../lib/store/redis.ts'
import { replayStoreContract } from '../../contract/replay-store.ts'
import { NOW } from '../../support/access-token.ts'
import { commandOf, redisClient } from '../../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { NODE_FLAGS, runCommand } from '../../support/run-command.ts'

let server: RedisServer
let client: Redis
let namespaces = 0
const newNamespace = () => `replays-${++namespaces}:`
before(async () => {
  if (skipWithoutRedis) return
  server = await startRedis()
  client = redisClient(server.port)
})
after(async () => {
  client?.disconnect()
  await server?.remove()
})

const make = (now: () => number) => redisReplayStore({ command: commandOf(client), namespace: newNamespace(), now })
replayStoreContract('redisReplayStore', make, { skip: skipWithoutRedis })

suite('redisReplayStore', { skip: skipWithoutRedis }, () => {
  test('two processes on one Redis: each id has one first claim', async () => {
    const claimer = 'test/support/replay-claimer.ts'
    const expiresAt = String(Date.now() / 1_000 + 600)
    const args = [...NODE_FLAGS, claimer, String(server.port), newNamespace(), '500', '4', expiresAt]
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const runs = await Promise.all([0, 1].map(() => runCommand(process.execPath, args, { env })))
    for (const { code, stderr } of runs) assert.equal(code, 0, stderr)
    assert.equal(
      runs.reduce((sum, { stdout }) => sum + Number(stdout), 0),
      500,
    )
  })

  test('one command claims an id, as a hash, for as long as asked and five minutes, which clocks may differ', async () => {
    const namespace = newNamespace()
    const sent: string[][] = []
    const command: RedisCommand = (...words) => {
      sent.push(words)
      return commandOf(client)(...words)
    }
    const store = redisReplayStore({ command, namespace, now: () => NOW })
    await store.claim('some id', NOW + 60)
    const [name = '', ...others] = await client.keys(`${namespace}*`)
    assert.deepEqual(others, [])
    assert.deepEqual(sent, [['SET', name, '1', 'NX', 'PX', '360000']])
    assert.match(name, /^replays-\d+:replay:[A-Za-z0-9_-]{43}$/)
    const left = await client.pttl(name)
    assert.ok(left > 300_000 && left <= 360_000, `${left}`)
  })

  test('Redis that refuses to take more is no first use', async () => {
    const store = make(() => NOW)
    await client.config('SET', 'maxmemory', '1')
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    await assert.rejects(async () => store.claim('id', NOW + 60), isUnavailable)
    await client.config('SET', 'maxmemory', '0')
    assert.equal(await store.claim('id', NOW + 60), true)
  })

  test('Redis that is down is a rejection, and works again when it is back', async () => {
    const impatient = redisClient(server.port, false)
    try {
      await impatient.ping().catch(() => new Promise((resolve) => impatient.once('ready', resolve)))
      const store = redisReplayStore({ command: commandOf(impatient), namespace: newNamespace(), now: () => NOW })
      assert.equal(await store.claim('id', NOW + 60), true)
      await server.kill()
      await assert.rejects(async () => store.claim('id', NOW + 60), isUnavailable)
      await assert.rejects(async () => store.claim('other', NOW + 60), isUnavailable)
      const ready = new Promise((resolve) => impatient.once('ready', resolve))
      await server.start()
      await ready
      assert.equal(await store.claim('other', NOW + 60), true)
    } finally {
      impatient.disconnect()
    }
  })
})

const isUnavailable = (error: unknown) => error instanceof DependencyError && error.dependency === 'replay store'

suite('redisReplayStore without a server', () => {
  for (const reply of ['', 'QUEUED', 'ok', 1, 0, true, false, undefined, {}, ['OK']]) {
    test(`takes no ${JSON.stringify(reply)} for an answer`, async () => {
      const store = redisReplayStore({ command: async () => reply, now: () => NOW })
      await assert.rejects(async () => store.claim('id', NOW + 60), isUnavailable)
    })
  }

  test('a client that throws instead of rejecting is a rejection', async () => {
    const command = () => {
      throw new Error('closed')
    }
    await assert.rejects(async () => redisReplayStore({ command, now: () => NOW }).claim('id', NOW + 60), isUnavailable)
  })

  const command = async () => 'OK'
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{}, '"command"'],
    [{ command: 'SET' }, '"command"'],
    [{ command, namespace: '' }, '"namespace"'],
    [{ command, now: 1 }, '"now"'],
    [{ command, prefix: 'x' }, 'unknown option "prefix"'],
    [null, 'object'],
  ]
  for (const [options, ...words] of refused) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => redisReplayStore(untyped(options)), 'redisReplayStore', ...words)
    })
  }
})
