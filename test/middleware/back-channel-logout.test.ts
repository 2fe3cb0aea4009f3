import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { backChannelLogout } from '../../middleware/back-channel-logout.ts'
import { ISSUER, NOW } from '../support/access-token.ts'
import { claimedOnce } from '../support/claimed-once.ts'
import { FRAMEWORKS } from '../support/frameworks.ts'
import { LOGOUT_CLIENT, LOGOUT_TYPE, logoutClaims } from '../support/logout-token.ts'
import { memoryRevocations } from '../support/memory-revocations.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const key = createSigningKey()
const issuer = { issuer: ISSUER, audience: LOGOUT_CLIENT, algorithms: ['ES256'] as const, keys: { keys: [key.jwk] } }

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  suite(`a provider says that somebody logged out, to ${name}`, async () => {
    const revocations = memoryRevocations()
    const logout = backChannelLogout({ issuers: [issuer], revocations, replays: claimedOnce(), now: () => NOW })
    const origin = `http://127.0.0.1:${await serve(framework(logout))}`
    const post = (jti: string) => {
      const body = new URLSearchParams({ logout_token: key.sign(logoutClaims({ jti }), LOGOUT_TYPE) })
      return fetch(origin, { method: 'POST', body })
    }

    test('200, which nobody may store', async () => {
      const response = await post('1')
      assert.deepEqual([response.status, await response.text()], [200, ''])
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.equal(revocations.take()[0]?.kind, 'session')
    })

    test('400 for what is no good, which nobody may store either', async () => {
      const response = await fetch(origin, { method: 'POST', body: new URLSearchParams({ logout_token: 'x' }) })
      assert.equal(response.status, 400)
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.equal(((await response.json()) as { error: string }).error, 'invalid_request')
      assert.deepEqual(revocations.take(), [])
    })

    test('503 when the list is down, and 200 when it is up again', async () => {
      revocations.setDown(true)
      const response = await post('2')
      assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'])
      revocations.setDown(false)
      assert.equal((await post('2')).status, 200)
    })

    test('405, 413 and 415 for what is no form', async () => {
      assert.equal((await fetch(origin)).status, 405)
      const huge = new URLSearchParams({ logout_token: 'x'.repeat(20_000) })
      assert.equal((await fetch(origin, { method: 'POST', body: huge })).status, 413)
      assert.equal((await fetch(origin, { method: 'POST', body: 'x' })).status, 415)
    })
  })
}
