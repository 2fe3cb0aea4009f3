import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import { apiKeyAuthenticator, cachedKeyStore, jwtAuthenticator, memoryKeyStore } from '../../lib/index.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { hostileIssuer } from '../support/hostile-issuer.ts'
import { keyRecord } from '../support/key-record.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const HOUR = 3_600

async function statusesBehind(authenticate: Authenticator): Promise<(...header: [string, string]) => Promise<number>> {
  const gate = boundary({ authenticate })
  const port = await serve((request, response) => gate(request, response, () => response.end()))
  return async (...header) => (await sendRequest(port, { headers: [header] })).status
}

async function withTokens() {
  const [first, second] = [createSigningKey('ES256', 'first'), createSigningKey('ES256', 'second')]
  const issuer = await hostileIssuer([first.jwk])
  const clock = testClock(NOW)
  const authenticator = jwtAuthenticator({
    ...{ issuer: issuer.issuer, audience: AUDIENCE, algorithms: ['ES256'], now: clock.now, warn: () => undefined },
  })
  const send = await statusesBehind(authenticator)
  // Good before the jump and after it.
  const times = { iat: NOW - 2 * HOUR, exp: NOW + HOUR }
  const statusOf = (signer: typeof first) =>
    send('Authorization', `Bearer ${signer.sign(accessTokenClaims({ iss: issuer.issuer, ...times }))}`)
  return { first, second, issuer, clock, statusOf }
}

/** Operating systems set clocks back: what was to end in a minute must not go on for an hour. */
suite('a clock that is set back by an hour', () => {
  test('keeps nobody from a new key of the issuer', async () => {
    const { first, second, issuer, clock, statusOf } = await withTokens()
    assert.equal(await statusOf(first), 200)
    clock.advance(-HOUR)
    issuer.publish([first.jwk, second.jwk])
    clock.advance(31)
    assert.equal(await statusOf(second), 200)
  })

  test('keeps no withdrawn key of the issuer alive', async () => {
    const { first, second, issuer, clock, statusOf } = await withTokens()
    assert.equal(await statusOf(first), 200)
    issuer.publish([second.jwk])
    clock.advance(-HOUR)
    for (let refreshes = 0; refreshes < 3; refreshes++) {
      clock.advance(301)
      await statusOf(first)
      // A new key waits for the refresh that the use above has started, if it has.
      await statusOf(second)
    }
    assert.equal(await statusOf(first), 401)
  })

  test('keeps no API key alive that was revoked elsewhere', async () => {
    const key = generateApiKey('sk', 'live')
    const record = keyRecord({ hash: hashApiKey(key) })
    const clock = testClock(NOW)
    const store = memoryKeyStore([record])
    const keys = cachedKeyStore({ store, ttlSeconds: 30, now: clock.now })
    const send = await statusesBehind(apiKeyAuthenticator({ keys, environments: ['live'], now: clock.now }))
    assert.equal(await send('X-API-Key', key), 200)
    store.revoke(record.id, NOW)
    clock.advance(-HOUR)
    clock.advance(31)
    assert.equal(await send('X-API-Key', key), 401)
  })
})

suite('a clock that is set forward by an hour', () => {
  test('ends what has expired by it, and nothing else', async () => {
    const { first, clock, statusOf } = await withTokens()
    assert.equal(await statusOf(first), 200)
    clock.advance(HOUR - 1)
    assert.equal(await statusOf(first), 200)
    clock.advance(6)
    assert.equal(await statusOf(first), 401)
  })
})
