import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { TIERS } from '../../examples/gateway/limits.ts'
import { startDemo } from '../support/demo.ts'
import { eventually } from '../support/eventually.ts'
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

  const freeKey = async (owner: string) => {
    const made = await fetch(`${one.ready.gateway}/admin/keys`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${one.ready.credentials.users.alice.accessToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ owner, environment: 'live', scopes: ['read:orders'], tier: 'free' }),
    })
    return ((await made.json()) as { readonly key: string }).key
  }

  test('keys of one are good, or not, at the other', async () => {
    assert.equal(await ask(other.ready.gateway, apiKeys.live.key), 200)
    assert.equal(await ask(other.ready.gateway, apiKeys.revoked.key), 401)
  })

  test('what was used of a tier at one is used at the other', async () => {
    const { quota } = TIERS.free
    let tries = 0
    // Where Redis is too slow to answer, each counts by itself for a while.
    await eventually(async () => {
      const key = await freeKey(`small-${++tries}`)
      const statuses: number[] = []
      for (let count = 0; count < quota * 2; count++) {
        statuses.push(await ask(count % 2 === 0 ? one.ready.gateway : other.ready.gateway, key))
      }
      const allowed = statuses.filter((status) => status === 200).length
      assert.ok(allowed >= quota && allowed < quota * 2, `${allowed} were let through`)
    })
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
})
