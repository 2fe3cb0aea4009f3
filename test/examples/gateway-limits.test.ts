import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { TIERS } from '../../examples/gateway/limits.ts'
import { addedKey } from '../support/added-key.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { testClock } from '../support/clock.ts'

const WIDE = { networkPerMinute: 100_000, clientPerMinute: 50 }
/** It stands still: nothing comes back while a slow machine sends. */
const { now } = testClock(Math.floor(Date.now() / 1000))
const gateway = await attackedGateway({ config: { limits: WIDE, now } })
const keyOf = (owner: string, tier?: string) =>
  addedKey(gateway.keyStoreFile, { owner, scopes: ['read:orders'], ...(tier && { tier }) })

async function get(headers: Record<string, string>, path = '/orders', { port } = gateway) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  await response.body?.cancel()
  return response
}

async function allowedOf(count: number, headers: Record<string, string>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, () => get(headers)))
  assert.deepEqual(
    [...new Set(answers.map(({ status }) => status))].filter((status) => status !== 429),
    [200],
  )
  return answers.filter(({ ok }) => ok).length
}

suite('the tier of a key', () => {
  test('free is soon used up, by all keys of the client together, and says when it is back', async () => {
    const [one, other] = [await keyOf('small', 'free'), await keyOf('small', 'free')]
    const first = await get({ 'x-api-key': one })
    assert.equal(first.headers.get('ratelimit-policy'), '"client";q=10;w=60')
    assert.match(first.headers.get('ratelimit') ?? '', /^"client";r=9;t=\d+$/)
    assert.equal(await allowedOf(20, { 'x-api-key': other }), TIERS.free.quota - 1)
    const refused = await get({ 'x-api-key': one })
    assert.equal(refused.status, 429)
    assert.equal(refused.headers.get('content-type'), 'application/problem+json')
    assert.equal(refused.headers.get('retry-after'), '6')
    assert.equal(refused.headers.get('ratelimit'), '"client";r=0;t=6')
  })

  test('gold has much more', async () => {
    const key = await keyOf('big', 'gold')
    assert.equal(await allowedOf(100, { 'x-api-key': key }), 100)
    assert.equal((await get({ 'x-api-key': key })).headers.get('ratelimit-policy'), '"client";q=1000;w=60')
  })

  test('none, and an unknown one, have what is configured', async () => {
    for (const tier of [undefined, 'platinum']) {
      const key = await keyOf(`other-${tier}`, tier)
      assert.equal(await allowedOf(60, { 'x-api-key': key }), WIDE.clientPerMinute)
    }
  })
})

test('users of one application each have their own', async () => {
  const bearer = (sub: string) => ({
    authorization: `Bearer ${gateway.token({ sub, client_id: 'app', scope: 'read:orders' })}`,
  })
  assert.equal(await allowedOf(60, bearer('ann')), WIDE.clientPerMinute)
  assert.equal(await allowedOf(60, bearer('ben')), WIDE.clientPerMinute)
})

test('a network is limited before anybody is known, and is not told of what others left', async () => {
  const narrow = await attackedGateway({ config: { limits: { networkPerMinute: 5, clientPerMinute: 100 }, now } })
  const junk = { authorization: 'Bearer junk' }
  for (let count = 0; count < 5; count++) assert.equal((await get(junk, '/orders', narrow)).status, 401)
  for (const headers of [junk, { 'x-api-key': narrow.apiKey }]) {
    const refused = await get(headers, '/orders', narrow)
    assert.equal(refused.status, 429)
    assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
  }
  assert.equal(narrow.keySetFetches(), 0)
})
