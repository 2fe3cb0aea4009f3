import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { Redis } from 'ioredis'
import { type AttackedGateway, attackedGateway } from '../support/attacked-gateway.ts'
import { dpopProof, thumbprintOf } from '../support/dpop-proof.ts'
import { eventually } from '../support/eventually.ts'
import { gatewayProcess } from '../support/gateway-process.ts'
import { skipWithoutPostgres, startPostgres } from '../support/postgres-server.ts'
import { skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { createSigningKey } from '../support/signing-key.ts'

const ORIGIN = 'https://api.example.test'

const skip = skipWithoutPostgres || skipWithoutRedis

async function startFleet() {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  after(() => Promise.all([redis.remove(), postgres.remove()]))
  const shared = {
    databaseUrl: postgres.url,
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    tokenCacheSecret: 'a secret of at least thirty-two bytes',
    publicOrigins: [ORIGIN],
    limits: { networkPerMinute: 100_000, clientPerMinute: 10_000 },
  }
  const one = await attackedGateway({ config: shared })
  const other = await attackedGateway({ config: { ...shared, issuer: one.issuer } })
  return { postgres, redis, one, other }
}

const fleet = skip === false ? await startFleet() : undefined

suite('two gateways that share PostgreSQL and Redis', { skip }, () => {
  if (!fleet) return
  const { postgres, redis, one, other } = fleet
  const bearer = (claims: Record<string, unknown>) => ({ authorization: `Bearer ${one.token(claims)}` })
  const send = (at: AttackedGateway, path: string, headers: Record<string, string>, body?: object) =>
    fetch(`http://127.0.0.1:${at.port}${path}`, {
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
  const status = async (at: AttackedGateway, path: string, headers: Record<string, string>) => {
    const response = await send(at, path, headers)
    await response.body?.cancel()
    return response.status
  }
  const newKey = async (fields: object) => {
    const made = await send(one, '/admin/keys', bearer({ roles: ['admin'] }), {
      ...{ owner: 'acme', environment: 'live', scopes: ['read:orders'] },
      ...fields,
    })
    assert.equal(made.status, 201)
    return (await made.json()) as { readonly key: string; readonly id: string }
  }

  test('a key that one has made works at the other, and ends there', async () => {
    const { key, id } = await newKey({})
    assert.equal(await status(other, '/orders', { 'x-api-key': key }), 200)
    const revoked = await fetch(`http://127.0.0.1:${one.port}/admin/keys/${id}`, {
      method: 'DELETE',
      headers: bearer({ roles: ['admin'] }),
    })
    assert.equal(revoked.status, 200)
    assert.equal(await status(one, '/orders', { 'x-api-key': key }), 401)
    await eventually(async () => assert.equal(await status(other, '/orders', { 'x-api-key': key }), 401))
  })

  test('what was used of a tier at one is used at the other', async () => {
    let tries = 0
    // Where Redis is too slow to answer, each counts by itself for a while.
    await eventually(async () => {
      const { key } = await newKey({ owner: `small-${++tries}`, tier: 'free' })
      const headers = { 'x-api-key': key }
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, index) => status(index % 2 === 0 ? one : other, '/orders', headers)),
      )
      assert.ok(answers.every((each) => each === 200 || each === 429))
      // On a slow machine one or two come back meanwhile; by itself, each would have let ten pass.
      const allowed = answers.filter((each) => each === 200).length
      assert.ok(allowed >= 10 && allowed < 16, `${allowed} were let through`)
    })
  })

  test('a proof that was used at one is none at the other', async () => {
    const holder = createSigningKey('ES256', 'holder')
    const token = one.token({ cnf: { jkt: thumbprintOf(holder) } })
    const claims = { iat: Math.floor(Date.now() / 1000), htu: `${ORIGIN}/echo` }
    const headers = { authorization: `DPoP ${token}`, dpop: dpopProof(holder, { token, claims }) }
    assert.equal(await status(one, '/echo', headers), 200)
    assert.equal(await status(other, '/echo', headers), 401)
  })

  test('a token that was revoked at one is refused at the other', async () => {
    const token = { ...bearer({ sub: 'bob', jti: 'stolen' }) }
    for (const each of [one, other]) assert.equal(await status(each, '/echo', token), 200)
    const answer = await send(one, '/admin/revocations', bearer({ roles: ['admin'] }), { jti: 'stolen' })
    assert.ok(answer.ok)
    assert.equal(await status(one, '/echo', token), 401)
    await eventually(async () => assert.equal(await status(other, '/echo', token), 401))
  })

  test('a token that one has verified is kept for the other, and cannot be read there', async () => {
    const headers = bearer({ jti: 'kept' })
    assert.equal(await status(one, '/echo', headers), 200)
    const client = new Redis(redis.port, '127.0.0.1')
    try {
      await eventually(async () => {
        const names = (await client.keys('*')).filter((name) => name.startsWith('gatewarden:'))
        const values = await Promise.all(names.map((name) => client.get(name)))
        assert.ok(values.some((value) => value?.includes('"kept"')))
        for (const text of [...names, ...values]) assert.ok(!text?.includes(headers.authorization.slice(-40)))
      })
    } finally {
      client.disconnect()
    }
  })

  test('without Redis: what only it can tell is 503, limits are counted by each, and all else goes on', async () => {
    await redis.kill()
    const holder = createSigningKey('ES256', 'holder')
    const token = one.token({ cnf: { jkt: thumbprintOf(holder) } })
    const claims = { iat: Math.floor(Date.now() / 1000), htu: `${ORIGIN}/echo` }
    const proven = { authorization: `DPoP ${token}`, dpop: dpopProof(holder, { token, claims }) }
    assert.equal(await status(one, '/echo', proven), 503)
    assert.equal(await status(one, '/echo', bearer({ jti: 'plain' })), 200)
    await redis.start()
    await eventually(async () => {
      const fresh = { ...proven, dpop: dpopProof(holder, { token, claims }) }
      assert.equal(await status(one, '/echo', fresh), 200)
    })
  })

  test('without PostgreSQL: a key is neither good nor bad, but 503', async () => {
    const { key } = await newKey({})
    await postgres.kill()
    assert.equal(await status(other, '/orders', { 'x-api-key': key }), 503)
    assert.equal(await status(other, '/echo', bearer({})), 200)
    await postgres.start()
    await eventually(async () => assert.equal(await status(other, '/orders', { 'x-api-key': key }), 200))
  })

  test('as processes, they start and stop', async () => {
    const gateway = gatewayProcess({ DATABASE_URL: postgres.url, REDIS_URL: `redis://127.0.0.1:${redis.port}` })
    assert.equal((await fetch(`${await gateway.url()}/health`)).status, 200)
    gateway.child.kill('SIGTERM')
    assert.deepEqual(await gateway.ended(), { code: 0, stdout: '', stderr: '' })
  })
})

suite('a store that is not there ends the start, in one line without its password', () => {
  for (const [name, url] of [
    ['DATABASE_URL', 'postgres://gateway:secretive@127.0.0.1:9/gateway'],
    ['REDIS_URL', 'redis://gateway:secretive@127.0.0.1:9'],
  ] as const) {
    test(name, async () => {
      const { code, stdout, stderr } = await gatewayProcess({ [name]: url }).ended()
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, new RegExp(`^gateway: ${name} can't be used: [^\n]+\n$`))
      assert.match(stderr, /nothing listens there/)
      assert.doesNotMatch(stderr, /secretive/)
    })
  }
})
