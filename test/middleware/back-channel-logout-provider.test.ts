import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import express from 'express'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { type RevocationRequest, revocationRequests } from '../../lib/revoke/revocation-request.ts'
import { revocationList } from '../../lib/store/local-revocation-list.ts'
import { memoryRevocationStore } from '../../lib/store/memory-revocations.ts'
import { backChannelLogout } from '../../middleware/back-channel-logout.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE } from '../support/access-token.ts'
import { claimedOnce } from '../support/claimed-once.ts'
import { loggingOutProvider } from '../support/logging-out-provider.ts'
import { publishedOn } from '../support/published-events.ts'
import { serve } from '../support/serve.ts'

/** A provider knows the client before the client asks for its keys, and the other way round: the gateway's port comes first. */
async function setUp(withSid: boolean, store = memoryRevocationStore()) {
  const revocations = revocationList({ store, warn: () => undefined })
  after(() => revocations.close())
  const told = publishedOn<RevocationRequest>(revocationRequests)
  const app = express()
  const port = await serve(app)
  const logout = `http://127.0.0.1:${port}/logout`
  const provider = await loggingOutProvider(logout, { withSid })
  const { issuer, clientId } = provider
  const logoutIssuer = { issuer, audience: clientId, algorithms: ['RS256'] as const }
  app.use('/logout', backChannelLogout({ issuers: [logoutIssuer], revocations, replays: claimedOnce() }))
  const authenticate = jwtAuthenticator({ issuer, audience: AUDIENCE, algorithms: ['RS256', 'ES256'], revocations })
  app.use(boundary({ authenticate }), (_request, response) => void response.json('through'))
  const use = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`http://127.0.0.1:${port}/orders`, { headers })).status
  }
  return { provider, told, use, logout }
}

suite('a real provider tells of a logout', () => {
  test('by the session: its tokens end, and those of another session stay', async () => {
    const { provider, told, use } = await setUp(true)
    const [here, there] = [await provider.logIn('alice'), await provider.logIn('alice')]
    assert.deepEqual([await use(here.accessToken), await use(there.accessToken)], [200, 200])
    await here.logOut()
    assert.deepEqual(provider.takeOutcomes(), ['told'])
    assert.deepEqual(
      told.map(({ revocation, actor }) => [revocation.kind, revocation.issuer, actor]),
      [['session', provider.issuer, provider.issuer]],
    )
    assert.deepEqual([await use(here.accessToken), await use(there.accessToken)], [401, 200])
  })

  test('by the subject: all of its tokens end, and those of others stay', async () => {
    const { provider, told, use } = await setUp(false)
    const [here, there, bob] = [
      await provider.logIn('alice'),
      await provider.logIn('alice'),
      await provider.logIn('bob'),
    ]
    await here.logOut()
    assert.deepEqual(provider.takeOutcomes(), ['told'])
    assert.deepEqual(
      told.map(({ revocation }) => revocation.kind),
      ['subject'],
    )
    assert.deepEqual([await use(here.accessToken), await use(there.accessToken)], [401, 401])
    assert.equal(await use(bob.accessToken), 200)
  })

  test('in vain while the list is down, which it hears of', async () => {
    const broken = { ...memoryRevocationStore(), append: () => Promise.reject(new Error('down')) }
    const { provider, told } = await setUp(true, broken)
    const alice = await provider.logIn('alice')
    await alice.logOut()
    assert.match(provider.takeOutcomes()[0] ?? '', /got: 503/)
    assert.deepEqual(told, [])
  })
})

test('a real access token is no logout token', async () => {
  const { provider, told, logout } = await setUp(true)
  const { accessToken } = await provider.logIn('alice')
  const response = await fetch(logout, { method: 'POST', body: new URLSearchParams({ logout_token: accessToken }) })
  assert.equal(response.status, 400)
  assert.deepEqual(told, [])
})
