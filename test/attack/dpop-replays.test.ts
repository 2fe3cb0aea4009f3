import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { redisReplayStore } from '../../lib/store/redis.ts'
import { accessTokenClaims } from '../support/access-token.ts'
import { dpopProof, thumbprintOf } from '../support/dpop-proof.ts'
import { type ProofGateway, proofGateway } from '../support/proof-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { commandOf, redisClient } from '../support/redis-keys.ts'
import { skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { createSigningKey } from '../support/signing-key.ts'

const issuer = createSigningKey('ES256', 'issuer')
const alice = createSigningKey('ES256', 'alice')

const now = () => Date.now() / 1_000
const redis = skipWithoutRedis ? undefined : await startRedis()
const clients = redis ? [redisClient(redis.port, false), redisClient(redis.port, false)] : []
const ready = () => Promise.all(clients.map((client) => new Promise((resolve) => client.once('ready', resolve))))
const connected = ready()
const gateways = await Promise.all(
  clients.map((client) => {
    const replayStore = redisReplayStore({ command: commandOf(client) })
    return proofGateway({ issuer, dpop: { replayStore }, now })
  }),
)
after(async () => {
  for (const client of clients) client.disconnect()
  await redis?.remove()
})

suite('two gateways on one Redis', { skip: skipWithoutRedis }, () => {
  before(() => connected)

  const bound = issuer.sign(
    accessTokenClaims({ cnf: { jkt: thumbprintOf(alice) }, iat: undefined, exp: Math.floor(now()) + 600 }),
  )
  const proofOf = () => dpopProof(alice, { token: bound, claims: { iat: Math.floor(now()) } })
  const send = async (to: ProofGateway | undefined, proof: string) => {
    const headers = ['Host: api.example.test', `Authorization: DPoP ${bound}`, `DPoP: ${proof}`]
    return statusOf(await sendRequestLines(to?.port ?? 0, { target: '/orders/42', headers }))
  }
  const arrived = () => gateways.flatMap((gateway) => gateway.take()).length

  test('a proof that one has taken is not good at the other', async () => {
    const proof = proofOf()
    assert.equal(await send(gateways[0], proof), 200)
    assert.equal(await send(gateways[1], proof), 401)
    assert.equal(await send(gateways[0], proof), 401)
    assert.equal(arrived(), 1)
  })

  test('of 200 that come to both at once, one is good', async () => {
    const proof = proofOf()
    const sent = Array.from({ length: 200 }, (_, index) => send(gateways[index % 2], proof))
    const statuses = await Promise.all(sent)
    assert.equal(statuses.filter((status) => status === 200).length, 1)
    assert.equal(statuses.filter((status) => status === 401).length, 199)
    assert.equal(arrived(), 1)
  })

  test('while Redis is down nobody comes in, by 503; when it is back, those with new proofs do', async () => {
    const used = proofOf()
    assert.equal(await send(gateways[0], used), 200)
    const back = ready()
    await redis?.kill()
    for (const proof of [used, proofOf()]) {
      for (const gateway of gateways) assert.equal(await send(gateway, proof), 503)
    }
    await redis?.start()
    await back
    for (const gateway of gateways) assert.equal(await send(gateway, proofOf()), 200)
    assert.equal(arrived(), 3)
  })
})
