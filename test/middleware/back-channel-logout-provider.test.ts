import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { backChannelLogout } from '../../middleware/back-channel-logout.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE } from '../support/access-token.ts'
import { claimedOnce } from '../support/claimed-once.ts'
import { loggingOutProvider } from '../support/logging-out-provider.ts'
import { memoryRevocations } from '../support/memory-revocations.ts'
import { serve } from '../support/serve.ts'

/** A provider knows the client before the client asks for its keys, and the other way round: the gateway's port comes first. */
async function setUp(withSid: boolean) {
  const revocations = memoryRevocations()
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
  return { provider, revocations, use, logout }
}

suite('a real provider tells of a logout', () => {
  test('by the session: its tokens end, and those of another session stay', async () => {
    const { provider, revocations, use } = await setUp(true)
    const [here, there] = [await provider.logIn('alice'), await provider.logIn('alice')]
    assert.deepEqual([await use(here.accessToken), await use(there.accessToken)], [200, 200])
    await here.logOut()
    assert.deepEqual(provider.takeOutcomes(), ['told'])
    assert.deepEqual(
      revocations.take().map(({ kind, issuer }) => [kind, issuer]),
      [['session', provider.issuer]],
    )
    assert.deepEqual([await use(here.accessToken), await use(there.accessToken)], [401, 200])
  })

  test('by the subject: all of its tokens end, and those of others stay', async () => {
    const { provider, revocations, use } = await setUp(false)
    const [here, there, bob] = [
      await provider.logIn('alice'),
      await provider.logIn('alice'),
      await provider.logIn('bob'),
    ]
    await here.logOut()
    assert.deepEqual(provider.takeOutcomes(), ['told'])
    assert.deepEqual(
      revocations.take().map(({ kind }) => kind),
      ['subject'],
    )
    assert.deepEqual([await use(here.accessToken), await use(there.accessToken)], [401, 401])
    assert.equal(await use(bob.accessToken), 200)
  })

  test('in vain while the list is down, which it hears of', async () => {
    const { provider, revocations, use } = await setUp(true)
    const alice = await provider.logIn('alice')
    revocations.setDown(true)
    await alice.logOut()
    assert.match(provider.takeOutcomes()[0] ?? '', /got: 503/)
    assert.equal(await use(alice.accessToken), 200)
  })
})

test('a real access token is no logout token', async () => {
  const { provider, revocations, logout } = await setUp(true)
  const { accessToken } = await provider.logIn('alice')
  const response = await fetch(logout, { method: 'POST', body: new URLSearchParams({ logout_token: accessToken }) })
  assert.equal(response.status, 400)
  assert.deepEqual(revocations.take(), [])
})
