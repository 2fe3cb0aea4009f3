import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { appliedRevocations } from '../../lib/applied-revocation.ts'
import type { Revocation } from '../../lib/store/revocation-list.ts'
import { accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { answeringAuthenticator } from '../support/fake-authenticator.ts'
import { gatewardenProcess } from '../support/gatewarden-process.ts'
import { principal } from '../support/outcomes.ts'
import { exchangeRaw, handshake, openRaw } from '../support/raw-exchange.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { type RevocationInstance, startRevocationInstance } from '../support/revocation-instance.ts'
import { tokenRevocation } from '../support/revocations.ts'
import { createSigningKey } from '../support/signing-key.ts'
import { startUpgradeServer } from '../support/upgrade-server.ts'

test('a token that is revoked while it is decided opens no socket, and the verdict is no', async () => {
  const thinking = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const authenticate = answeringAuthenticator(async () => {
    asked.resolve()
    await thinking.promise
    return { outcome: 'authenticated', principal: principal({ credentialId: 'token-1' }) }
  })
  const { port, verdicts } = await startUpgradeServer({ authenticate })
  const answer = exchangeRaw(port, handshake('/ws', 'X-API-Key: any'))
  await asked.promise
  appliedRevocations.publish({ revocation: tokenRevocation('token-1'), isOwn: false, at: NOW })
  thinking.resolve()
  assert.equal(await answer, '')
  assert.deepEqual(verdicts, [false])
})

describe('two instances on one Redis', { skip: skipWithoutRedis, timeout: 60_000 }, () => {
  const signer = createSigningKey('ES256')
  const issuedAt = Math.floor(Date.now() / 1000) - 60
  const expiresAt = issuedAt + 3_600
  const tokenOf = (jti: string, changes: object = {}) =>
    signer.sign(accessTokenClaims({ iss: ISSUER, iat: issuedAt, exp: expiresAt, jti, ...changes }))
  let redis: RedisServer
  let instances: readonly RevocationInstance[] = []
  const instance = (index: number) => instances[index] ?? assert.fail('not started')
  before(async () => {
    redis = await startRedis()
    instances = await Promise.all([1, 2].map(() => startRevocationInstance(redis.port, signer.jwk)))
  })
  after(async () => {
    await Promise.all(instances.map((each) => each.close()))
    await redis?.remove()
  })

  /** A socket that a token has opened. */
  async function opened(index: number, token: string): Promise<Socket> {
    const socket = await openRaw(instance(index).port, handshake('/ws', `Authorization: Bearer ${token}`))
    const [answer] = await once(socket, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 101 /)
    return socket.on('error', () => undefined)
  }

  /** Its answer to a request with the token. */
  async function statusOf(index: number, token: string): Promise<string> {
    const lines = ['GET / HTTP/1.1', 'Host: api.example.test', 'Connection: close', `Authorization: Bearer ${token}`]
    return (await exchangeRaw(instance(index).port, lines)).slice(9, 12)
  }

  const ways: Readonly<Record<string, readonly [Revocation, object]>> = {
    'one token': [{ kind: 'token', tokenId: 'one token', issuer: ISSUER, expiresAt }, {}],
    'a session': [{ kind: 'session', sessionId: 's-1', expiresAt }, { sid: 's-1' }],
    'a client': [{ kind: 'client', clientId: 'lost-app', expiresAt }, { client_id: 'lost-app' }],
    'a subject': [{ kind: 'subject', subject: 'mallory', issuedBefore: issuedAt + 1, expiresAt }, { sub: 'mallory' }],
    'a version': [
      { kind: 'version', subject: 'carol', minVersion: 3, expiresAt },
      { sub: 'carol', token_version: 2 },
    ],
  }
  for (const [name, [revocation, claims]] of Object.entries(ways)) {
    test(`what one revokes ends the open sockets and the requests of both: ${name}`, async () => {
      const token = tokenOf(name, claims)
      const sockets = [await opened(0, token), await opened(1, token)]
      const other = await opened(1, tokenOf(`other than ${name}`))
      const ended = sockets.map((socket) => once(socket, 'close'))
      await instance(0).revoke(revocation)
      assert.equal(await statusOf(0, token), '401')
      await Promise.all(ended)
      assert.equal(await statusOf(1, token), '401')
      assert.ok(!other.closed)
      assert.equal(await statusOf(1, tokenOf('fresh')), '200')
      other.destroy()
    })
  }

  test('what the command line revokes ends them too', async () => {
    const token = tokenOf('leaked')
    const ended = [await opened(0, token), await opened(1, token)].map((socket) => once(socket, 'close'))
    const store = `redis://127.0.0.1:${redis.port}`
    const { code, stderr } = await gatewardenProcess([
      'revoke',
      'token',
      'leaked',
      '--issuer',
      ISSUER,
      '--store',
      store,
    ])
    assert.deepEqual([code, stderr], [0, ''])
    await Promise.all(ended)
    assert.deepEqual([await statusOf(0, token), await statusOf(1, token)], ['401', '401'])
  })
})
