import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { testClock } from '../support/clock.ts'
import { fakeIssuer } from '../support/fake-issuer.ts'
import { errorIn, principalIn } from '../support/outcomes.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { bearer } from '../support/request-view.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey, encode } from '../support/signing-key.ts'

const gateway = await attackedGateway()
const send = async (token: string) => {
  const headers = [`Authorization: Bearer ${token}`]
  return statusOf(await sendRequestLines(gateway.port, { target: '/echo', headers }))
}
const unknown = (kid: unknown) => gateway.signingKey.sign(gateway.claims(), { kid })

suite('key ids that nobody knows', () => {
  test('cause one fetch of the keys, and keep nobody from those that are known', async () => {
    assert.equal(await send(gateway.token()), 200)
    const before = gateway.keySetFetches()
    const statuses = new Set<number>()
    for (let round = 0; round < 10; round++) {
      const sent = Array.from({ length: 50 }, (_, index) => send(unknown(`junk-${round}-${index}`)))
      for (const status of await Promise.all(sent)) statuses.add(status)
      assert.equal(await send(gateway.token({ jti: `known-${round}` })), 200)
    }
    assert.deepEqual([...statuses], [401])
    assert.ok(gateway.keySetFetches() - before <= 1, `${gateway.keySetFetches() - before} fetches`)
    gateway.upstream.take()
  })

  test('10,000 of them, in many minutes: one fetch in each cooldown, and the known key works all along', async () => {
    const signer = createSigningKey('ES256')
    const issuer = fakeIssuer({ '/jwks': { keys: [signer.jwk] } })
    const clock = testClock(NOW)
    const authenticator = jwtAuthenticator({
      ...{
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: ['ES256'],
        jwksUri: `${ISSUER}/jwks`,
        warn: () => undefined,
      },
      ...{ fetch: issuer.fetch, now: clock.now },
    })
    const claims = accessTokenClaims({ exp: NOW + 3_600 })
    const [, payload = '', signature = ''] = signer.sign(claims).split('.')
    await principalIn(authenticator.authenticate(bearer(signer.sign(claims))))
    for (let count = 0; count < 10_000; count++) {
      const junk = `${encode({ alg: 'ES256', typ: 'at+jwt', kid: `junk-${count}` })}.${payload}.${signature}`
      assert.equal((await errorIn(authenticator.authenticate(bearer(junk)))).code, 'invalid_token')
      if (count % 100 === 99) {
        clock.advance(3)
        await principalIn(authenticator.authenticate(bearer(signer.sign({ ...claims, jti: String(count) }))))
      }
    }
    // 300 seconds are ten cooldowns of 30.
    assert.ok(issuer.asked.length <= 11, `${issuer.asked.length} fetches`)
  })

  test('of any size and shape are refused', async () => {
    const shapes = [
      'x'.repeat(5_000),
      '../../etc/passwd',
      "' OR 1=1",
      '\0',
      '\u4f60',
      '',
      ' key-1',
      'KEY-1',
      'key-1 ',
      '__proto__',
    ]
    for (const kid of [...shapes, {}, [], 1, null, true, ['key-1'], { kid: 'key-1' }, undefined]) {
      assert.equal(await send(unknown(kid)), 401, JSON.stringify(kid)?.slice(0, 40))
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })
})

test('an issuer that hangs keeps nobody waiting for ever, and opens nothing', async () => {
  const port = await serve(createServer(() => undefined))
  const signer = createSigningKey('ES256')
  const authenticator = jwtAuthenticator({
    ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], jwksUri: `http://127.0.0.1:${port}/jwks` },
    ...{ keySet: { deadlineMs: 100 }, now: () => NOW, warn: () => undefined },
  })
  const token = signer.sign(accessTokenClaims())
  await assert.rejects(async () => authenticator.authenticate(bearer(token)), { name: 'DependencyError' })
})
