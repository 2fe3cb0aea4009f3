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

type Headers = readonly (readonly [string, string])[]

/** What is sent where, and the answer's status, challenge and nonce. */
type Case = readonly [name: string, path: string, sent: Headers, status: number, challenge?: string, nonce?: string]

const NOTHING: Headers = []

const bearer = (name: keyof typeof TOKENS) => [['Authorization', `Bearer ${TOKENS[name]}`]] as const
const dpop = (name: keyof typeof TOKENS, proof: string) =>
  [
    ['Authorization', `DPoP ${TOKENS[name]}`],
    ['DPoP', proof],
  ] as const

function holds(title: string, authenticate: Authenticator, cases: readonly Case[]): void {
  suite(title, () => {
    for (const [name, path, headers, status, challenge, nonce] of cases) {
      test(`${name}: ${status} ${challenge ?? ''}`, async () => {
        const gate = boundary({ authenticate, routes: ROUTES, now: testClock().now })
        const port = await serve((request, response) => gate(request, response, () => void response.end()))
        const answer = await sendRequest(port, { path, headers })
        assert.deepEqual(
          [answer.status, answer.headers['www-authenticate'], answer.headers['dpop-nonce']],
          [status, challenge, nonce],
        )
      })
    }
  })
}

const BEARER = 'Bearer realm="api"'
const BAD_TOKEN = `${BEARER}, error="invalid_token"`
const NO_SCOPE = 'error="insufficient_scope", scope="read:orders delete:orders"'

holds('RFC 6750, bearer tokens', accessTokens(), [
  ['no credential', '/me', NOTHING, 401, BEARER],
  ['no credential, no rule', '/nowhere', NOTHING, 401, BEARER],
  ['a scheme that is not offered', '/me', [['Authorization', 'Basic YTpi']], 401, BEARER],
  ['DPoP where it is not offered', '/me', dpop('bound', 'good'), 401, BEARER],
  ['a forged token', '/me', bearer('forged'), 401, BAD_TOKEN],
  ['an expired token', '/me', bearer('expired'), 401, BAD_TOKEN],
  ['a bound token, and nobody to judge its proof', '/me', bearer('bound'), 401, BAD_TOKEN],
  ['a bad token, no rule', '/nowhere', bearer('forged'), 401, BAD_TOKEN],
  ['a scope is missing', '/orders', bearer('good'), 403, `${BEARER}, ${NO_SCOPE}`],
  ['a role is missing', '/admin', bearer('good'), 403],
  ['no rule', '/nowhere', bearer('good'), 403],
  ['a malformed token', '/me', [['Authorization', 'Bearer a b']], 400],
  ['a good token', '/me', bearer('good'), 200],
  ['a public route', '/public', bearer('forged'), 200],
])

holds('a realm of its own', accessTokens({ realm: 'the "orders" API' }), [
  ['no credential', '/me', NOTHING, 401, 'Bearer realm="the \\"orders\\" API"'],
])

const DPOP = 'DPoP realm="api", algs="ES256 EdDSA"'

holds('RFC 9449, tokens bound to a key', accessTokens({ dpop: PROOFS }), [
  ['no credential', '/me', NOTHING, 401, `${BEARER}, ${DPOP}`],
  ['a proof and no token', '/me', [['DPoP', 'good']], 401, `${BEARER}, ${DPOP}`],
  ['a good proof', '/me', dpop('bound', 'good'), 200],
  ['a plain token', '/me', bearer('good'), 200],
  ['a bad proof', '/me', dpop('bound', 'bad'), 401, `${DPOP}, error="invalid_dpop_proof"`],
  ['a proof without the nonce', '/me', dpop('bound', 'stale'), 401, `${DPOP}, error="use_dpop_nonce"`, 'nonce-2'],
  ['a forged token, bound or not', '/me', dpop('forged', 'good'), 401, `${DPOP}, error="invalid_token"`],
  ['a token that is bound to nothing', '/me', dpop('good', 'good'), 401, `${DPOP}, error="invalid_token"`],
  ['a bound token as a bearer token', '/me', bearer('bound'), 401, BAD_TOKEN],
  ['a bound token as a bearer token, with its proof', '/me', [...bearer('bound'), ['DPoP', 'good']], 401, BAD_TOKEN],
  ['a scope is missing', '/orders', dpop('bound', 'good'), 403, `${DPOP}, ${NO_SCOPE}`],
  ['a scope is missing to a plain token', '/orders', bearer('good'), 403, `${BEARER}, ${NO_SCOPE}`],
  [
    'a login is not enough',
    '/strong',
    dpop('bound', 'good'),
    401,
    `${DPOP}, error="insufficient_user_authentication", acr_values="phr ${MFA}"`,
  ],
])

const STEP_UP = `${BEARER}, error="insufficient_user_authentication"`

holds('RFC 9470, step-up', accessTokens(), [
  ['no credential', '/strong', NOTHING, 401, BEARER],
  ['a weak login', '/strong', bearer('fresh'), 401, `${STEP_UP}, acr_values="phr ${MFA}"`],
  ['a strong one', '/strong', bearer('strong'), 200],
  ['an old login', '/fresh', bearer('old'), 401, `${STEP_UP}, max_age="300"`],
  ['a login of no time', '/fresh', bearer('good'), 401, `${STEP_UP}, max_age="300"`],
  ['a fresh one', '/fresh', bearer('fresh'), 200],
  ['a fresh one, weak', '/both', bearer('fresh'), 401, `${STEP_UP}, acr_values="${MFA}", max_age="300"`],
  ['either, strong', '/either', bearer('strong'), 200],
  ['either, fresh', '/either', bearer('fresh'), 200],
  ['neither', '/either', bearer('old'), 401, `${STEP_UP}, acr_values="${MFA}"`],
  ['a client', '/strong', bearer('client'), 403],
  ['no role, whatever the login', '/admin/strong', bearer('good'), 403],
  [
    'no scope, whatever the login',
    '/orders/strong',
    bearer('good'),
    403,
    `${BEARER}, error="insufficient_scope", scope="delete:orders"`,
  ],
])

const WHERE = `resource_metadata="${METADATA.url}"`

holds('RFC 9728, where the metadata is', accessTokens({ dpop: PROOFS, resourceMetadata: METADATA.url }), [
  ['no credential', '/me', NOTHING, 401, `${BEARER}, ${WHERE}, DPoP realm="api", ${WHERE}, algs="ES256 EdDSA"`],
  ['a bad bearer token', '/me', bearer('forged'), 401, `${BEARER}, ${WHERE}, error="invalid_token"`],
  [
    'a bad proof',
    '/me',
    dpop('bound', 'bad'),
    401,
    `DPoP realm="api", ${WHERE}, algs="ES256 EdDSA", error="invalid_dpop_proof"`,
  ],
  ['a scope is missing to a bearer token', '/orders', bearer('good'), 403, `${BEARER}, ${WHERE}, ${NO_SCOPE}`],
  [
    'a scope is missing to a bound token',
    '/orders',
    dpop('bound', 'good'),
    403,
    `DPoP realm="api", ${WHERE}, algs="ES256 EdDSA", ${NO_SCOPE}`,
  ],
  [
    'a login is not enough',
    '/fresh',
    bearer('old'),
    401,
    `${BEARER}, ${WHERE}, error="insufficient_user_authentication", max_age="300"`,
  ],
])

const apiKeys = headerAuthenticator('x-api-key', { good: principal({ method: 'api-key', scopes: ['read:orders'] }) })
const FAKE = 'Fake name="x-api-key"'

holds('beside another method', anyOf(apiKeys, accessTokens({ dpop: PROOFS })), [
  ['no credential', '/me', NOTHING, 401, `${FAKE}, ${BEARER}, ${DPOP}`],
  ['a bad token', '/me', bearer('forged'), 401, BAD_TOKEN],
  ['a bad key', '/me', [['X-API-Key', 'bad']], 401, `${FAKE}, error="invalid_token"`],
  ['an API key cannot log in', '/strong', [['X-API-Key', 'good']], 403],
  ['two credentials', '/me', [...bearer('good'), ['X-API-Key', 'good']], 400],
])
