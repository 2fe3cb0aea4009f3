import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { Redis } from 'ioredis'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { type LocalRevocationList, revocationList } from '../../../lib/store/local-revocation-list.ts'
import { redisRevocationStore } from '../../../lib/store/redis-revocations.ts'
import { boundary } from '../../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { listenOnFreePort } from '../../support/free-port.ts'
import { commandOf, redisClient } from '../../support/redis-keys.ts'
import { subscribeOf } from '../../support/redis-revocations.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { tokenRevocation } from '../../support/revocations.ts'
import { sendRequest } from '../../support/send-request.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const signer = createSigningKey('ES256')
const tokenOf = (jti: string) => signer.sign(accessTokenClaims({ jti, exp: NOW + 3_600 }))
const [good, revoked, revokedLater] = [tokenOf('good'), tokenOf('revoked'), tokenOf('revoked-later')]

describe('Redis that fails while requests run', { skip: skipWithoutRedis, timeout: 60_000 }, () => {
  let server: RedisServer
  const gateways: Server[] = []
  const clients: Redis[] = []
  const lists: LocalRevocationList[] = []
  const clock = testClock()
  const warnings: string[] = []

  /** Polls every 20 ms of real time; what is stale is told by the clock of the test. */
  async function gatewayOf(mode: 'strict' | 'lenient') {
    const [client, subscriber] = [redisClient(server.port), redisClient(server.port)]
    clients.push(client, subscriber)
    const store = redisRevocationStore({ command: commandOf(client), subscribe: subscribeOf(subscriber) })
    const warn = (message: string) => void warnings.push(`${mode}: ${message}`)
    const revocations = revocationList({ store, mode, now: clock.now, pollIntervalMs: 20, deadlineMs: 1_000, warn })
    lists.push(revocations)
    await revocations.ready()
    const authenticate = jwtAuthenticator({
      ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [signer.jwk] } },
      ...{ revocations, now: clock.now },
    })
    const gate = boundary({ authenticate, now: clock.now })
    const gateway = createServer((request, response) => gate(request, response, () => response.end()))
    const port = await listenOnFreePort(gateway)
    gateways.push(gateway)
    const answer = (token: string) => sendRequest(port, { headers: [['Authorization', `Bearer ${token}`]] })
    return { revocations, answer, statusOf: async (token: string) => (await answer(token)).status }
  }

  let strict: Awaited<ReturnType<typeof gatewayOf>>
  let lenient: Awaited<ReturnType<typeof gatewayOf>>
  const statuses = async (token: string) => [await strict.statusOf(token), await lenient.statusOf(token)]

  /** Asks again and again until it is so; on the way nothing else may be answered than before or after. */
  async function untilAnswered(token: string, before: readonly number[], then: readonly number[]): Promise<void> {
    for (;;) {
      const told = await statuses(token)
      if (told.join() === then.join()) return
      for (const [index, status] of told.entries())
        assert.ok(status === before[index] || status === then[index], told.join())
    }
  }

  before(async () => {
    server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
    strict = await gatewayOf('strict')
    lenient = await gatewayOf('lenient')
  })
  after(async () => {
    for (const gateway of gateways) gateway.close()
    for (const list of lists) list.close()
    for (const client of clients) client.disconnect()
    await server?.remove()
  })

  test('what one instance revokes, the other refuses', async () => {
    assert.deepEqual(await statuses(revoked), [200, 200])
    await strict.revocations.revoke(tokenRevocation('revoked'))
    assert.equal(await strict.statusOf(revoked), 401)
    await untilAnswered(revoked, [401, 200], [401, 401])
    assert.deepEqual(await statuses(good), [200, 200])
  })

  test('killed: both go on within the bound; after it the strict one is 503, the lenient one goes on and says so', async () => {
    await server.kill()
    clock.advance(29)
    assert.deepEqual(
      [await statuses(good), await statuses(revoked)],
      [
        [200, 200],
        [401, 401],
      ],
    )
    await assert.rejects(async () => strict.revocations.revoke(tokenRevocation('revoked-later')))
    clock.advance(1)
    const { status, headers } = await strict.answer(good)
    assert.deepEqual([status, headers['retry-after'], headers['www-authenticate']], [503, '1', undefined])
    assert.deepEqual(
      [await statuses(good), await statuses(revoked)],
      [
        [503, 200],
        [401, 401],
      ],
    )
    assert.equal(await strict.statusOf(revokedLater), 401, 'what it was told itself counts, kept or not')
    assert.deepEqual([strict.revocations.health().isFresh, lenient.revocations.health().isFresh], [false, false])
    assert.ok(
      warnings.some((each) => /^lenient: .*REVOKED SINCE ARE ACCEPTED/.test(each)),
      warnings.join('\n'),
    )
  })

  test('back: both recover without a restart, with what was revoked before', async () => {
    await server.start()
    await untilAnswered(good, [503, 200], [200, 200])
    assert.deepEqual(await statuses(revoked), [401, 401])
    await strict.revocations.revoke(tokenRevocation('revoked-later'))
    await untilAnswered(revokedLater, [401, 200], [401, 401])
  })

  test('a restart that has lost everything loses nothing that an instance knows, and is read on from', async () => {
    const [client] = clients
    assert.ok(client)
    await client.call('FLUSHALL')
    await client.call('SCRIPT', 'FLUSH')
    await lenient.revocations.revoke(tokenRevocation('after-the-loss'))
    await untilAnswered(tokenOf('after-the-loss'), [200, 401], [401, 401])
    assert.deepEqual(await statuses(revoked), [401, 401])
  })

  test('silent, with its connection open: as lost', async () => {
    clock.advance(1)
    await client().call('CLIENT', 'PAUSE', '5000', 'ALL')
    clock.advance(30)
    assert.equal(await strict.statusOf(good), 503)
    await untilAnswered(good, [503, 200], [200, 200])
  })

  test('what it holds that is no revocation is no clean list', async () => {
    await client().call('ZADD', '{gatewarden}:revocations', '999', 'x nonsense')
    clock.advance(30)
    await untilAnswered(good, [200, 200], [503, 200])
    await client().call('ZREMRANGEBYSCORE', '{gatewarden}:revocations', '999', '999')
    await untilAnswered(good, [503, 200], [200, 200])
  })

  function client(): Redis {
    return clients[0] ?? assert.fail('no client')
  }
})
