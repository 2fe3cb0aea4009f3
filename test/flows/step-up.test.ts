import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import { introspectionAuthenticator } from '../../lib/authenticate/introspection.ts'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { memoryTokenCache } from '../../lib/store/memory.ts'
import type { CachedToken, TokenCache } from '../../lib/store/token-cache.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { fakeIssuer } from '../support/fake-issuer.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const KEY = createSigningKey('ES256')

/** A way to know a user's login, and a token of a login at {@link NOW}. */
interface Login {
  readonly authenticator: Authenticator
  readonly token: string
  /** How often the token was judged anew. */
  readonly judged: () => number
}

function counting(cache: TokenCache): { readonly cache: TokenCache; readonly stored: () => number } {
  let stored = 0
  return {
    stored: () => stored,
    cache: {
      get: (key) => cache.get(key),
      set(key, entry) {
        stored++
        return cache.set(key, entry)
      },
    },
  }
}

/** What a cache in another process gives back is made of JSON. */
function remote(clock: TestClock): TokenCache {
  const entries = new Map<string, string>()
  return {
    get: async (key) => {
      const text = entries.get(key)
      const entry = text === undefined ? undefined : (JSON.parse(text) as CachedToken)
      return entry && clock.now() < entry.expiresAt ? entry : undefined
    },
    set: async (key, entry) => void entries.set(key, JSON.stringify(entry)),
  }
}

function jwtLogin(clock: TestClock, acr: string, cache: TokenCache = memoryTokenCache({ now: clock.now })): Login {
  const counted = counting(cache)
  const authenticator = jwtAuthenticator({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['ES256'],
    keys: { keys: [KEY.jwk] },
    now: clock.now,
    cache: counted.cache,
  })
  const token = KEY.sign(accessTokenClaims({ auth_time: NOW, acr }))
  return { authenticator, token, judged: counted.stored }
}

function opaqueLogin(clock: TestClock, acr: string): Login {
  const server = fakeIssuer({ '/introspect': { active: true, ...accessTokenClaims({ auth_time: NOW, acr }) } })
  const authenticator = introspectionAuthenticator({
    endpoint: `${ISSUER}/introspect`,
    issuer: ISSUER,
    audience: AUDIENCE,
    client: { method: 'basic', clientId: 'gateway', clientSecret: 's'.repeat(32) },
    cacheTtlSeconds: 600,
    now: clock.now,
    fetch: server.fetch,
  })
  return { authenticator, token: 'opaque-token', judged: () => server.asked.length }
}

const WAYS = {
  'a JWT': jwtLogin,
  'a JWT, remembered in another process': (clock: TestClock, acr: string) => jwtLogin(clock, acr, remote(clock)),
  'an opaque token': opaqueLogin,
} as const

async function statuses(login: Login, clock: TestClock) {
  const gate = boundary({
    authenticate: login.authenticator,
    routes: [
      { path: '/fresh', stepUp: { maxAgeSeconds: 120 } },
      { path: '/either', stepUp: [{ acrValues: ['mfa'] }, { maxAgeSeconds: 120 }] },
      { path: '/**', authenticated: true },
    ],
    now: clock.now,
  })
  const port = await serve((request, response) => gate(request, response, () => void response.end()))
  return async (path: string) =>
    (await sendRequest(port, { path, headers: [['Authorization', `Bearer ${login.token}`]] })).status
}

for (const [name, way] of Object.entries(WAYS)) {
  suite(`the login of ${name}, judged once and remembered,`, () => {
    test('grows old all the same', async () => {
      const clock = testClock()
      const login = way(clock, 'pwd')
      const statusOf = await statuses(login, clock)
      assert.equal(await statusOf('/fresh'), 200)
      clock.advance(121)
      assert.equal(await statusOf('/fresh'), 401)
      assert.equal(await statusOf('/either'), 401)
      assert.equal(await statusOf('/other'), 200)
      assert.equal(login.judged(), 1)
    })
    test('stays as strong as it was', async () => {
      const clock = testClock()
      const login = way(clock, 'mfa')
      const statusOf = await statuses(login, clock)
      assert.equal(await statusOf('/other'), 200)
      clock.advance(121)
      assert.equal(await statusOf('/fresh'), 401)
      assert.equal(await statusOf('/either'), 200)
      assert.equal(login.judged(), 1)
    })
  })
}
