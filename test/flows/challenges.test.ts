import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import { type JwtOptions, jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import type { ProofVerifier } from '../../lib/authenticate/proof-of-possession.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import { AuthError } from '../../lib/errors.ts'
import { protectedResourceMetadata } from '../../lib/protected-resource-metadata.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

/*
 * Every challenge, to the letter: what clients are written against.
 */

const KEY = createSigningKey('ES256')
const THUMBPRINT = 'A'.repeat(43)
const MFA = 'urn:example:mfa'
const METADATA = protectedResourceMetadata({ resource: AUDIENCE, authorizationServers: [ISSUER] })

const token = (claims: Readonly<Record<string, unknown>> = {}) => KEY.sign(accessTokenClaims(claims))
const TOKENS = {
  good: token(),
  strong: token({ acr: MFA, auth_time: NOW - 10_000 }),
  fresh: token({ auth_time: NOW - 300 }),
  old: token({ auth_time: NOW - 301 }),
  client: token({ sub: 'web-app' }),
  expired: token({ exp: NOW - 60, iat: NOW - 600 }),
  bound: token({ cnf: { jkt: THUMBPRINT } }),
  forged: `${token().slice(0, -20)}${'A'.repeat(20)}`,
} as const

const ROUTES: readonly RouteRule[] = [
  { path: '/public', public: true },
  { path: '/me', authenticated: true },
  { path: '/orders', scopes: ['read:orders', 'delete:orders'] },
  { path: '/admin', roles: ['admin'] },
  { path: '/strong', stepUp: { acrValues: ['phr', MFA] } },
  { path: '/fresh', stepUp: { maxAgeSeconds: 300 } },
  { path: '/both', stepUp: { acrValues: [MFA], maxAgeSeconds: 300 } },
  { path: '/either', stepUp: [{ acrValues: [MFA] }, { maxAgeSeconds: 300 }] },
  { path: '/admin/strong', roles: ['admin'], stepUp: { acrValues: [MFA] } },
  { path: '/orders/strong', scopes: ['delete:orders'], stepUp: { acrValues: [MFA] } },
]

/** Proofs that are the word for what is wrong with them. */
const PROOFS: ProofVerifier = {
  algorithms: ['ES256', 'EdDSA'],
  verify(request) {
    const proof = request.credential('dpop')
    if (proof === 'good') return undefined
    if (proof !== 'stale') return new AuthError('invalid_dpop_proof', { reason: 'proof' })
    return new AuthError('use_dpop_nonce', { reason: 'nonce', answerHeaders: { 'dpop-nonce': 'nonce-2' } })
  },
}

function accessTokens(options: Partial<JwtOptions> = {}): Authenticator {
  const keys = { keys: [KEY.jwk] }
  const { now } = testClock()
  return jwtAuthenticator({ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys, now, ...options })
}

interface Case {
  readonly name: string
  readonly path: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly status: number
  readonly challenge?: string
  readonly nonce?: string
}

const bearer = (name: keyof typeof TOKENS) => [['Authorization', `Bearer ${TOKENS[name]}`]] as const
const dpop = (name: keyof typeof TOKENS, proof: string) =>
  [
    ['Authorization', `DPoP ${TOKENS[name]}`],
    ['DPoP', proof],
  ] as const

function holds(title: string, authenticate: Authenticator, cases: readonly Case[]): void {
  suite(title, () => {
    for (const { name, path, headers, status, challenge, nonce } of cases) {
      test(`${name}: ${status} ${challenge ?? ''}`, async () => {
        const gate = boundary({ authenticate, routes: ROUTES, now: testClock().now })
        const port = await serve((request, response) => gate(request, response, () => void response.end()))
        const answer = await sendRequest(port, { path, headers: headers ?? [] })
        assert.deepEqual(
          [answer.status, answer.headers['www-authenticate'], answer.headers['dpop-nonce']],
          [status, challenge, nonce],
        )
      })
    }
  })
}

const BEARER = 'Bearer realm="api"'

holds('RFC 6750, bearer tokens', accessTokens(), [
  { name: 'no credential', path: '/me', status: 401, challenge: BEARER },
  { name: 'no credential, no rule', path: '/nowhere', status: 401, challenge: BEARER },
  {
    name: 'a scheme that is not offered',
    path: '/me',
    headers: [['Authorization', 'Basic YTpi']],
    status: 401,
    challenge: BEARER,
  },
  {
    name: 'DPoP where it is not offered',
    path: '/me',
    headers: dpop('bound', 'good'),
    status: 401,
    challenge: BEARER,
  },
  {
    name: 'a forged token',
    path: '/me',
    headers: bearer('forged'),
    status: 401,
    challenge: `${BEARER}, error="invalid_token"`,
  },
  {
    name: 'an expired token',
    path: '/me',
    headers: bearer('expired'),
    status: 401,
    challenge: `${BEARER}, error="invalid_token"`,
  },
  {
    name: 'a bound token, and nobody to judge its proof',
    path: '/me',
    headers: bearer('bound'),
    status: 401,
    challenge: `${BEARER}, error="invalid_token"`,
  },
  {
    name: 'a bad token, no rule',
    path: '/nowhere',
    headers: bearer('forged'),
    status: 401,
    challenge: `${BEARER}, error="invalid_token"`,
  },
  {
    name: 'a scope is missing',
    path: '/orders',
    headers: bearer('good'),
    status: 403,
    challenge: `${BEARER}, error="insufficient_scope", scope="read:orders delete:orders"`,
  },
  { name: 'a role is missing', path: '/admin', headers: bearer('good'), status: 403 },
  { name: 'no rule', path: '/nowhere', headers: bearer('good'), status: 403 },
  { name: 'a malformed token', path: '/me', headers: [['Authorization', 'Bearer a b']], status: 400 },
  { name: 'a good token', path: '/me', headers: bearer('good'), status: 200 },
  { name: 'a public route', path: '/public', headers: bearer('forged'), status: 200 },
])

holds('a realm of its own', accessTokens({ realm: 'the "orders" API' }), [
  { name: 'no credential', path: '/me', status: 401, challenge: 'Bearer realm="the \\"orders\\" API"' },
])

const DPOP = 'DPoP realm="api", algs="ES256 EdDSA"'

holds('RFC 9449, tokens bound to a key', accessTokens({ dpop: PROOFS }), [
  { name: 'no credential', path: '/me', status: 401, challenge: `${BEARER}, ${DPOP}` },
  {
    name: 'a proof and no token',
    path: '/me',
    headers: [['DPoP', 'good']],
    status: 401,
    challenge: `${BEARER}, ${DPOP}`,
  },
  { name: 'a good proof', path: '/me', headers: dpop('bound', 'good'), status: 200 },
  { name: 'a plain token', path: '/me', headers: bearer('good'), status: 200 },
  {
    name: 'a bad proof',
    path: '/me',
    headers: dpop('bound', 'bad'),
    status: 401,
    challenge: `${DPOP}, error="invalid_dpop_proof"`,
  },
  {
    name: 'a proof without the nonce',
    path: '/me',
    headers: dpop('bound', 'stale'),
    status: 401,
    challenge: `${DPOP}, error="use_dpop_nonce"`,
    nonce: 'nonce-2',
  },
  {
    name: 'a forged token, bound or not',
    path: '/me',
    headers: dpop('forged', 'good'),
    status: 401,
    challenge: `${DPOP}, error="invalid_token"`,
  },
  {
    name: 'a token that is bound to nothing',
    path: '/me',
    headers: dpop('good', 'good'),
    status: 401,
    challenge: `${DPOP}, error="invalid_token"`,
  },
  {
    name: 'a bound token as a bearer token',
    path: '/me',
    headers: bearer('bound'),
    status: 401,
    challenge: `${BEARER}, error="invalid_token"`,
  },
  {
    name: 'a bound token as a bearer token, with its proof',
    path: '/me',
    headers: [...bearer('bound'), ['DPoP', 'good']],
    status: 401,
    challenge: `${BEARER}, error="invalid_token"`,
  },
  {
    name: 'a scope is missing',
    path: '/orders',
    headers: dpop('bound', 'good'),
    status: 403,
    challenge: `${DPOP}, error="insufficient_scope", scope="read:orders delete:orders"`,
  },
  {
    name: 'a scope is missing to a plain token',
    path: '/orders',
    headers: bearer('good'),
    status: 403,
    challenge: `${BEARER}, error="insufficient_scope", scope="read:orders delete:orders"`,
  },
  {
    name: 'a login is not enough',
    path: '/strong',
    headers: dpop('bound', 'good'),
    status: 401,
    challenge: `${DPOP}, error="insufficient_user_authentication", acr_values="phr ${MFA}"`,
  },
])

const STEP_UP = `${BEARER}, error="insufficient_user_authentication"`

holds('RFC 9470, step-up', accessTokens(), [
  { name: 'no credential', path: '/strong', status: 401, challenge: BEARER },
  {
    name: 'a weak login',
    path: '/strong',
    headers: bearer('fresh'),
    status: 401,
    challenge: `${STEP_UP}, acr_values="phr ${MFA}"`,
  },
  { name: 'a strong one', path: '/strong', headers: bearer('strong'), status: 200 },
  { name: 'an old login', path: '/fresh', headers: bearer('old'), status: 401, challenge: `${STEP_UP}, max_age="300"` },
  {
    name: 'a login of no time',
    path: '/fresh',
    headers: bearer('good'),
    status: 401,
    challenge: `${STEP_UP}, max_age="300"`,
  },
  { name: 'a fresh one', path: '/fresh', headers: bearer('fresh'), status: 200 },
  {
    name: 'a fresh one, weak',
    path: '/both',
    headers: bearer('fresh'),
    status: 401,
    challenge: `${STEP_UP}, acr_values="${MFA}", max_age="300"`,
  },
  { name: 'either, strong', path: '/either', headers: bearer('strong'), status: 200 },
  { name: 'either, fresh', path: '/either', headers: bearer('fresh'), status: 200 },
  {
    name: 'neither',
    path: '/either',
    headers: bearer('old'),
    status: 401,
    challenge: `${STEP_UP}, acr_values="${MFA}"`,
  },
  { name: 'a client', path: '/strong', headers: bearer('client'), status: 403 },
  { name: 'no role, whatever the login', path: '/admin/strong', headers: bearer('good'), status: 403 },
  {
    name: 'no scope, whatever the login',
    path: '/orders/strong',
    headers: bearer('good'),
    status: 403,
    challenge: `${BEARER}, error="insufficient_scope", scope="delete:orders"`,
  },
])

const WHERE = `resource_metadata="${METADATA.url}"`

holds('RFC 9728, where the metadata is', accessTokens({ dpop: PROOFS, resourceMetadata: METADATA.url }), [
  {
    name: 'no credential',
    path: '/me',
    status: 401,
    challenge: `${BEARER}, ${WHERE}, DPoP realm="api", ${WHERE}, algs="ES256 EdDSA"`,
  },
  {
    name: 'a bad bearer token',
    path: '/me',
    headers: bearer('forged'),
    status: 401,
    challenge: `${BEARER}, ${WHERE}, error="invalid_token"`,
  },
  {
    name: 'a bad proof',
    path: '/me',
    headers: dpop('bound', 'bad'),
    status: 401,
    challenge: `DPoP realm="api", ${WHERE}, algs="ES256 EdDSA", error="invalid_dpop_proof"`,
  },
  {
    name: 'a scope is missing to a bearer token',
    path: '/orders',
    headers: bearer('good'),
    status: 403,
    challenge: `${BEARER}, ${WHERE}, error="insufficient_scope", scope="read:orders delete:orders"`,
  },
  {
    name: 'a scope is missing to a bound token',
    path: '/orders',
    headers: dpop('bound', 'good'),
    status: 403,
    challenge: `DPoP realm="api", ${WHERE}, algs="ES256 EdDSA", error="insufficient_scope", scope="read:orders delete:orders"`,
  },
  {
    name: 'a login is not enough',
    path: '/fresh',
    headers: bearer('old'),
    status: 401,
    challenge: `${BEARER}, ${WHERE}, error="insufficient_user_authentication", max_age="300"`,
  },
])

const apiKeys = headerAuthenticator('x-api-key', { good: principal({ method: 'api-key', scopes: ['read:orders'] }) })
const FAKE = 'Fake name="x-api-key"'

holds('beside another method', anyOf(apiKeys, accessTokens({ dpop: PROOFS })), [
  { name: 'no credential', path: '/me', status: 401, challenge: `${FAKE}, ${BEARER}, ${DPOP}` },
  {
    name: 'a bad token',
    path: '/me',
    headers: bearer('forged'),
    status: 401,
    challenge: `${BEARER}, error="invalid_token"`,
  },
  {
    name: 'a bad key',
    path: '/me',
    headers: [['X-API-Key', 'bad']],
    status: 401,
    challenge: `${FAKE}, error="invalid_token"`,
  },
  { name: 'an API key cannot log in', path: '/strong', headers: [['X-API-Key', 'good']], status: 403 },
  { name: 'two credentials', path: '/me', headers: [...bearer('good'), ['X-API-Key', 'good']], status: 400 },
])
