import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { startDemo } from '../support/demo.ts'
import { skipWithoutPostgres, startPostgres } from '../support/postgres-server.ts'
import { skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { signedHeaders, timestampAt } from '../support/signed-request.ts'

const skip = skipWithoutPostgres || skipWithoutRedis

async function startDemos() {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const environment = {
    DATABASE_URL: postgres.url,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    SEALING_KEYS: randomBytes(32).toString('base64'),
  }
  const demos = await Promise.all([startDemo(['--quiet'], environment), startDemo(['--quiet'], environment)])
  after(async () => {
    await Promise.all(demos.map((demo) => demo.stop()))
    await Promise.all([redis.remove(), postgres.remove()])
  })
  return demos
}

const [one, other] = skip === false ? await startDemos() : []

suite('the demo with DATABASE_URL and REDIS_URL is one of a fleet', { skip }, () => {
  if (!one || !other) return
  const { apiKeys } = one.ready.credentials
  const ask = async (gateway: string, key: string) => {
    const response = await fetch(`${gateway}/orders`, { headers: { 'x-api-key': key } })
    await response.body?.cancel()
    return response.status
  }

  test('keys of one are good, or not, at the other', async () => {
    assert.equal(await ask(other.ready.gateway, apiKeys.live.key), 200)
    assert.equal(await ask(other.ready.gateway, apiKeys.revoked.key), 401)
  })

  test('what was used of a tier at one is used at the other', async () => {
    const { limit } = apiKeys.free.limits
    const statuses: number[] = []
    for (let count = 0; count < limit * 2; count++) {
      statuses.push(await ask(count % 2 === 0 ? one.ready.gateway : other.ready.gateway, apiKeys.free.key))
    }
    const allowed = statuses.filter((status) => status === 200).length
    assert.ok(allowed >= limit && allowed < limit * 2, `${allowed} were let through`)
    assert.equal(await ask(other.ready.gateway, apiKeys.gold.key), 200)
  })

  test('a request that was signed with a secret of one is good at the other, once', async () => {
    const { keyId, secret } = one.ready.credentials.hmac
    const headers = signedHeaders(keyId, secret, {
      ...{ method: 'POST', target: '/webhooks/echo', body: '{}', timestamp: timestampAt(Date.now() / 1000) },
    })
    const post = async (gateway: string) =>
      (await fetch(`${gateway}/webhooks/echo`, { method: 'POST', headers, body: '{}' })).status
    assert.equal(await post(other.ready.gateway), 200)
    assert.equal(await post(one.ready.gateway), 401)
  })

  test('and has nothing to say', () => {
    for (const demo of [one, other]) assert.deepEqual(demo.output(), { stdout: '', stderr: '' })
  })
})
