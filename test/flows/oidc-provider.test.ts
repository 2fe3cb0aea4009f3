import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import { type JwtOptions, jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { DependencyError } from '../../lib/errors.ts'
import { AUDIENCE } from '../support/access-token.ts'
import { type TestAuthorizationServer, testAuthorizationServer } from '../support/authorization-server.ts'
import { clientToken } from '../support/client-token.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { atOnce, errorIn, principalIn } from '../support/outcomes.ts'
import { bearer } from '../support/request-view.ts'

interface Flow {
  readonly server: TestAuthorizationServer
  readonly clock: TestClock
  readonly subject: Authenticator
  /** A fresh token of the reader. */
  token(): Promise<string>
}

async function flow(options: Partial<JwtOptions> = {}, started = true): Promise<Flow> {
  const server = await testAuthorizationServer()
  if (started) await server.start()
  // The server's tokens are of the present; from here on only the test moves the time.
  const clock = testClock(Math.floor(Date.now() / 1000))
  const subject = jwtAuthenticator({
    issuer: server.issuer,
    audience: AUDIENCE,
    algorithms: ['RS256', 'ES256'],
    profile: 'rfc9068',
    now: clock.now,
    warn: () => undefined,
    clockToleranceSeconds: 60,
    ...options,
  })
  return { server, clock, subject, token: () => clientToken(server.issuer, server.reader) }
}

const KEY_REQUESTS = ['/.well-known/openid-configuration', '/jwks']
const keyRequests = (server: TestAuthorizationServer) =>
  server.takeRequests().filter((path) => KEY_REQUESTS.includes(path))

/** A refresh in the background, over the network, is over when the server has been asked and its answer is in use. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

suite('discovery', () => {
  test('finds the keys of a real authorization server, once, for both of its algorithms', async () => {
    const { server, subject, token } = await flow()
    const tokens = [await token(), await clientToken(server.issuer, server.writer)]
    server.takeRequests()
    const principals = await Promise.all(tokens.map(async (each) => principalIn(subject.authenticate(bearer(each)))))
    assert.deepEqual(
      principals.map(({ kind, subject: name }) => [kind, name]),
      [
        ['client', 'reader'],
        ['client', 'writer'],
      ],
    )
    assert.deepEqual([...(principals[1]?.scopes ?? [])], ['read:orders', 'write:orders'])
    assert.deepEqual(keyRequests(server), KEY_REQUESTS)
  })

  test('serves the next token without a promise', async () => {
    const { subject, token } = await flow()
    await principalIn(subject.authenticate(bearer(await token())))
    assert.equal(atOnce(subject.authenticate(bearer(await token()))).outcome, 'authenticated')
  })

  test("does not take another issuer's document for this one's", async () => {
    const { server, token } = await flow()
    const { subject } = await flow({ issuer: server.issuer.replace('127.0.0.1', 'localhost') })
    const other = await token()
    await assert.rejects(async () => subject.authenticate(bearer(other)), /another issuer/)
  })

  test('a token for another audience is refused', async () => {
    const { server, token } = await flow()
    const { subject } = await flow({ issuer: server.issuer, audience: 'https://other.example.test' })
    assert.equal((await errorIn(subject.authenticate(bearer(await token())))).reason, 'audience')
  })
})

suite('rotation while running', () => {
  test('new keys are found when they are first used, after the cooldown', async () => {
    const { server, clock, subject, token } = await flow()
    const old = await token()
    await principalIn(subject.authenticate(bearer(old)))
    await server.rotate(true)
    const fresh = await token()
    assert.equal((await errorIn(subject.authenticate(bearer(fresh)))).reason, 'unknown key')
    clock.advance(30)
    await principalIn(subject.authenticate(bearer(fresh)))
    await principalIn(subject.authenticate(bearer(old)))
  })

  test('tokens of a key that is no longer published are refused, cached ones too', async () => {
    const { server, clock, subject, token } = await flow()
    const old = await token()
    await principalIn(subject.authenticate(bearer(old)))
    await server.rotate(false)
    clock.advance(30)
    await principalIn(subject.authenticate(bearer(await token())))
    assert.equal((await errorIn(subject.authenticate(bearer(old)))).reason, 'unknown key')
  })

  test('a removed key is noticed without any new token, by the refresh ahead', async () => {
    const { server, clock, subject, token } = await flow()
    const old = await token()
    await principalIn(subject.authenticate(bearer(old)))
    await server.rotate(false)
    clock.advance(300)
    assert.equal(atOnce(subject.authenticate(bearer(old))).outcome, 'authenticated')
    await until(() => {
      const answer = subject.authenticate(bearer(old))
      return !(answer instanceof Promise) && answer.outcome === 'rejected'
    })
  })

  test('a storm of junk kids makes the server answer once, and keeps nobody out', async () => {
    const { server, clock, subject, token } = await flow()
    const good = await token()
    await principalIn(subject.authenticate(bearer(good)))
    server.takeRequests()
    clock.advance(30)
    const [, payload, signature] = good.split('.')
    const junk = Array.from({ length: 500 }, (_, index) => {
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'at+jwt', kid: `junk-${index}` })).toString(
        'base64url',
      )
      return `${header}.${payload}.${signature}`
    })
    const refused = await Promise.all(junk.map(async (each) => errorIn(subject.authenticate(bearer(each)))))
    assert.ok(refused.every(({ reason }) => reason === 'unknown key'))
    assert.deepEqual(keyRequests(server), KEY_REQUESTS)
    assert.equal(atOnce(subject.authenticate(bearer(good))).outcome, 'authenticated')
  })
})

suite('the issuer is down', () => {
  test('at the start: 503, and as soon as it is up, access', async () => {
    const { server, clock, subject, token } = await flow({}, false)
    await server.start()
    const good = await token()
    await server.stop()
    await assert.rejects(async () => subject.authenticate(bearer(good)), DependencyError)
    await server.start()
    await assert.rejects(async () => subject.authenticate(bearer(good)), DependencyError, 'before the next try')
    clock.advance(1)
    await principalIn(subject.authenticate(bearer(good)))
  })

  test('after the start: known keys go on working for the stale window, then 503, then access again', async () => {
    const { server, clock, subject, token } = await flow({ maxLifetimeSeconds: 7_200, cacheTtlSeconds: 1 })
    const [first, second, third] = [await token(), await token(), await token()]
    await principalIn(subject.authenticate(bearer(first)))
    await server.stop()
    clock.advance(1_800)
    await principalIn(subject.authenticate(bearer(second)))
    clock.advance(1_799)
    await principalIn(subject.authenticate(bearer(third)))
    clock.advance(1)
    await assert.rejects(async () => subject.authenticate(bearer(third)), DependencyError)
    await server.start()
    clock.advance(1)
    await principalIn(subject.authenticate(bearer(third)))
  })
})
