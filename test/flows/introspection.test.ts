import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Configuration } from 'oidc-provider'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration as Client,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  discovery,
  getDPoPHandle,
  None,
  randomDPoPKeyPair,
  randomPKCECodeVerifier,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client'
import { OPAQUE_AUDIENCE } from '../../examples/demo/authorization-server/configuration.ts'
import { logInByBrowser } from '../../examples/demo/scripted-browser.ts'
import { type AccessTokenOptions, accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import type { ServerOptions } from '../../lib/authenticate/introspection/options.ts'
import type { ProofVerifier } from '../../lib/authenticate/proof-of-possession.ts'
import { DependencyError } from '../../lib/errors.ts'
import { AUDIENCE } from '../support/access-token.ts'
import { type TestAuthorizationServer, testAuthorizationServer } from '../support/authorization-server.ts'
import { clientToken } from '../support/client-token.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { atOnce, errorIn, principalIn } from '../support/outcomes.ts'
import { bearer, requestView } from '../support/request-view.ts'

const REDIRECT_URI = 'http://127.0.0.1/callback'

/** A public client whose users stay signed in: its access tokens are opaque. */
const withMobileApp = (configuration: Configuration): Configuration => ({
  ...configuration,
  issueRefreshToken: async () => true,
  ttl: { ...configuration.ttl, RefreshToken: 3_600 },
  clients: [
    ...(configuration.clients ?? []),
    {
      client_id: 'mobile',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [REDIRECT_URI],
    },
  ],
})

interface Flow {
  readonly server: TestAuthorizationServer
  readonly clock: TestClock
  readonly subject: Authenticator
  ask(token: string): ReturnType<Authenticator['authenticate']>
  /** How often the server was asked about tokens, since the last time. */
  introspections(): number
}

async function flow(
  changes: Partial<ServerOptions> = {},
  options: Partial<AccessTokenOptions> = {},
  configure = withMobileApp,
): Promise<Flow> {
  const server = await testAuthorizationServer({ configure })
  await server.start()
  const { issuer, gateway } = server
  // The server's tokens are of the present; from here on only the test moves the time.
  const clock = testClock(Math.floor(Date.now() / 1000))
  const subject = accessTokenAuthenticator({
    issuers: [{ issuer, audience: AUDIENCE, algorithms: ['RS256', 'ES256'], clockToleranceSeconds: 60 }],
    introspection: {
      endpoint: `${issuer}/token/introspection`,
      issuer,
      audience: OPAQUE_AUDIENCE,
      client: { method: 'basic', clientId: gateway.client_id, clientSecret: gateway.client_secret },
      ...changes,
    },
    ...{ now: clock.now, warn: () => undefined, ...options },
  })
  return {
    ...{ server, clock, subject },
    ask: (token) => subject.authenticate(bearer(token)),
    introspections: () => server.takeRequests().filter((path) => path === '/token/introspection').length,
  }
}

async function clientOf({ issuer }: TestAuthorizationServer, id: string, secret?: string): Promise<Client> {
  const authentication = secret === undefined ? None() : ClientSecretPost(secret)
  return discovery(new URL(issuer), id, undefined, authentication, { execute: [allowInsecureRequests] })
}

/** Authorization code with PKCE, for a user and the resource whose tokens are opaque. */
async function signIn(client: Client, username: string) {
  const pkceCodeVerifier = randomPKCECodeVerifier()
  const authorizationUrl = buildAuthorizationUrl(client, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid read:orders write:orders',
    resource: OPAQUE_AUDIENCE,
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const redirect = await logInByBrowser({ authorizationUrl, redirectUri: REDIRECT_URI, username })
  return authorizationCodeGrant(client, redirect, { pkceCodeVerifier })
}

suite('client credentials', () => {
  test('give an opaque token that names the client, and is asked about once', async () => {
    const { server, ask, introspections } = await flow()
    const token = await clientToken(server.issuer, server.opaque)
    const { kind, subject, method, scopes, claims } = await principalIn(ask(token))
    assert.deepEqual([kind, subject, method, [...scopes]], ['client', 'opaque', 'introspection', ['read:orders']])
    assert.equal(claims.aud, OPAQUE_AUDIENCE)
    assert.ok(!JSON.stringify(claims).includes(token))
    assert.equal(atOnce(ask(token)).outcome, 'authenticated')
    assert.equal(introspections(), 1)
  })

  test('give JWTs to other clients, about which nobody is asked', async () => {
    const { server, ask, introspections } = await flow()
    assert.equal((await principalIn(ask(await clientToken(server.issuer, server.reader)))).method, 'jwt')
    assert.equal(introspections(), 0)
  })

  test('give no token for another audience than this one', async () => {
    const { server, ask } = await flow({ audience: 'https://other.example.test' })
    assert.equal((await errorIn(ask(await clientToken(server.issuer, server.opaque)))).reason, 'audience')
  })
})

suite('a user', () => {
  test('who signs in with a code and PKCE is known by an opaque token', async () => {
    const { server, ask } = await flow()
    const tokens = await signIn(await clientOf(server, 'mobile'), 'alice')
    assert.partialDeepStrictEqual(await principalIn(ask(tokens.access_token)), {
      ...{ kind: 'user', subject: 'alice', clientId: 'mobile', issuer: server.issuer, tenantId: 'tenant_xyz' },
      ...{ email: 'alice@example.test', roles: ['admin', 'editor'], scopes: ['read:orders', 'write:orders'] },
    })
  })

  test('who stays signed in gets new tokens; the refresh token opens nothing itself', async () => {
    const { server, ask } = await flow()
    const client = await clientOf(server, 'mobile')
    const first = await signIn(client, 'bob')
    const second = await refreshTokenGrant(client, first.refresh_token ?? assert.fail(), { resource: OPAQUE_AUDIENCE })
    assert.notEqual(second.access_token, first.access_token)
    assert.equal((await principalIn(ask(second.access_token))).subject, 'bob')
    assert.equal((await errorIn(ask(second.refresh_token ?? assert.fail()))).reason, 'audience')
  })

  test('whose client stands for the audience is not let in with a refresh token either', async () => {
    const { server, ask } = await flow({ audienceClaim: 'client_id', audience: 'mobile' })
    const { access_token, refresh_token } = await signIn(await clientOf(server, 'mobile'), 'bob')
    assert.equal((await principalIn(ask(access_token))).subject, 'bob')
    assert.equal((await errorIn(ask(refresh_token ?? assert.fail()))).reason, 'no token type')
  })

  test('whose ID token is presented is refused', async () => {
    const { server, ask } = await flow()
    const { id_token } = await signIn(await clientOf(server, 'mobile'), 'bob')
    assert.equal((await errorIn(ask(id_token ?? assert.fail()))).code, 'invalid_token')
  })
})

suite('a token that is revoked at the server', () => {
  test('is refused when what is known is too old', async () => {
    const { server, clock, ask } = await flow()
    const { client_id, client_secret } = server.opaque
    const token = await clientToken(server.issuer, server.opaque)
    await principalIn(ask(token))
    await tokenRevocation(await clientOf(server, client_id, client_secret), token)
    clock.advance(29)
    assert.equal(atOnce(ask(token)).outcome, 'authenticated')
    clock.advance(1)
    assert.equal((await errorIn(ask(token))).reason, 'not active')
  })

  test('is refused at once where the server is always asked', async () => {
    const { server, ask } = await flow({ introspectAlways: ['/**'] })
    const { client_id, client_secret } = server.opaque
    const token = await clientToken(server.issuer, server.opaque)
    await principalIn(ask(token))
    await tokenRevocation(await clientOf(server, client_id, client_secret), token)
    assert.equal((await errorIn(ask(token))).reason, 'not active')
  })

  test('takes those along that were issued by the same sign-in', async () => {
    const { server, ask } = await flow({ introspectAlways: ['/**'] })
    const client = await clientOf(server, 'mobile')
    const { access_token, refresh_token } = await signIn(client, 'alice')
    await principalIn(ask(access_token))
    await tokenRevocation(client, refresh_token ?? assert.fail())
    assert.equal((await errorIn(ask(access_token))).reason, 'not active')
  })
})

suite('the server', () => {
  test('changes its keys, and opaque tokens go on', async () => {
    const { server, clock, ask } = await flow()
    const token = await clientToken(server.issuer, server.opaque)
    await principalIn(ask(token))
    await server.rotate(false)
    clock.advance(30)
    await principalIn(ask(token))
  })

  test('is down: who is known goes on until what is known is too old, then 503, then access again', async () => {
    const { server, clock, ask } = await flow()
    const [known, other] = [
      await clientToken(server.issuer, server.opaque),
      await clientToken(server.issuer, server.opaque),
    ]
    await principalIn(ask(known))
    await server.stop()
    assert.equal(atOnce(ask(known)).outcome, 'authenticated')
    await assert.rejects(async () => ask(other), DependencyError)
    clock.advance(30)
    await assert.rejects(async () => ask(known), DependencyError)
    await server.start()
    await principalIn(ask(known))
    await principalIn(ask(other))
  })

  test('does not tell of JWTs: where it is always asked they are 503, for we cannot know', async () => {
    const { server, ask } = await flow({ introspectAlways: ['/orders/**'] })
    const token = await clientToken(server.issuer, server.reader)
    await assert.rejects(async () => ask(token), /cannot tell of JWTs/)
  })

  test('refuses what is encrypted, and that is no failure of ours', async () => {
    const { ask } = await flow()
    const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM' })).toString('base64url')
    assert.equal((await errorIn(ask(`${header}..a.b.c`))).reason, 'unsupported token type')
  })

  test('with which our secret does not agree makes it 503, and no token bad', async () => {
    const { server, ask } = await flow({ client: { method: 'basic', clientId: 'gateway', clientSecret: 'wrong' } })
    await assert.rejects(async () => ask('unknown'), /introspection: answered 401/)
    await assert.rejects(async () => ask(await clientToken(server.issuer, server.opaque)), DependencyError)
  })
})

suite('an opaque token that is bound to a key', () => {
  async function bound(server: TestAuthorizationServer): Promise<string> {
    const { client_id, client_secret } = server.opaque
    const client = await clientOf(server, client_id, client_secret)
    const keys = await randomDPoPKeyPair('ES256')
    const parameters = { scope: 'read:orders', resource: OPAQUE_AUDIENCE }
    const { access_token, token_type } = await clientCredentialsGrant(client, parameters, {
      DPoP: getDPoPHandle(client, keys),
    })
    assert.equal(token_type, 'dpop')
    return access_token
  }

  test('shows so in the answer, and is none for its bearer', async () => {
    const { server, ask } = await flow()
    assert.equal((await errorIn(ask(await bound(server)))).reason, 'bound token as a bearer token')
  })

  test('is verified with the key that the server names', async () => {
    const proven: string[] = []
    const dpop: ProofVerifier = {
      algorithms: ['ES256'],
      verify: (_request, _token, thumbprint) => {
        proven.push(thumbprint)
        return undefined
      },
    }
    const { server, subject } = await flow({ proofOfPossession: 'required' }, { dpop })
    const authorization = `DPoP ${await bound(server)}`
    const { claims } = await principalIn(subject.authenticate(requestView({ authorization, dpop: 'proof' })))
    assert.deepEqual({ ...(claims.cnf ?? {}) }, { jkt: proven[0] })
    assert.equal(claims.token_type, 'DPoP')
    const unbound = await clientToken(server.issuer, server.opaque)
    assert.equal((await errorIn(subject.authenticate(bearer(unbound)))).reason, 'token not bound')
  })
})
