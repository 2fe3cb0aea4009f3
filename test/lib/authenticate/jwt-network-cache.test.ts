import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { isPrincipal } from '../../../lib/principal.ts'
import type { TokenCache } from '../../../lib/store/token-cache.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { principalIn } from '../../support/outcomes.ts'
import { bearer } from '../../support/request-view.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const key = createSigningKey()
const token = key.sign(accessTokenClaims())

function authenticator(cache: TokenCache) {
  const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [key.jwk] } } as const
  return jwtAuthenticator({ ...options, cache, now: () => NOW })
}

test('what comes back from another process is a principal again', async () => {
  const entries = new Map<string, string>()
  let hits = 0
  const cache: TokenCache = {
    async get(name) {
      const text = entries.get(name)
      if (text !== undefined) hits++
      return text === undefined ? undefined : JSON.parse(text)
    },
    set: async (name, entry) => void entries.set(name, JSON.stringify(entry)),
  }
  const tokens = authenticator(cache)
  for (let count = 0; count < 2; count++) {
    const principal = await principalIn(tokens.authenticate(bearer(token)))
    assert.ok(isPrincipal(principal))
    assert.deepEqual([principal.subject, principal.roles], ['alice', ['editor']])
  }
  assert.equal(hits, 1)
})

test('a cache that holds junk, or never answers, has forgotten', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const junk = { principal: { kind: 'user', subject: 'a\nb', method: 'jwt' }, keyId: 'k', expiresAt: NOW + 60 }
  const held = authenticator({ get: () => junk as never, set: () => undefined })
  assert.ok(await principalIn(held.authenticate(bearer(token))))
  const silent = authenticator({
    get: () => new Promise(() => undefined),
    set: () => undefined,
  })
  const answer = silent.authenticate(bearer(token))
  context.mock.timers.tick(250)
  assert.ok(await principalIn(answer))
})
