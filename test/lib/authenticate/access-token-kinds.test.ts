import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { accessTokenAuthenticator } from '../../../lib/authenticate/access-token.ts'
import type { Authenticator } from '../../../lib/authenticate/authenticator.ts'
import type { IssuerOptions } from '../../../lib/authenticate/jwt/issuer.ts'
import { type JwtOptions, jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import type { ProofVerifier } from '../../../lib/authenticate/proof-of-possession.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { bearer, requestView } from '../../support/request-view.ts'
import { createSigningKey } from '../../support/signing-key.ts'

/*
 * Attack row J-03: tokens that the issuer has signed as well, and for us, but not for access to an API. In every way to set
 * up an authenticator they are refused, whatever they are called.
 */

const es256 = createSigningKey('ES256')
const hs256 = createSigningKey('HS256')
const PUBLIC: IssuerOptions = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [es256.jwk] } }
const SECRET: IssuerOptions = {
  ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256'], secret: hs256.privateKey.export() },
}
const PROOFS: ProofVerifier = { algorithms: ['ES256'], verify: () => undefined }
const OTHER: IssuerOptions = { ...PUBLIC, issuer: 'https://other.example.test' }
const common = { now: () => NOW, warn: () => undefined }

interface Mode {
  readonly subject: Authenticator
  readonly key: typeof es256
  /** Of a token that is good here; a profile wants another than the usual. */
  readonly types: readonly (string | undefined)[]
}

const usual = ['at+jwt', 'application/at+jwt', 'JWT', undefined] as const
const jwt = (options: IssuerOptions & Partial<JwtOptions>) => jwtAuthenticator({ ...options, ...common })

const MODES: Readonly<Record<string, Mode>> = {
  'one issuer': { subject: jwt(PUBLIC), key: es256, types: usual },
  'RFC 9068': { subject: jwt({ ...PUBLIC, profile: 'rfc9068' }), key: es256, types: usual.slice(0, 2) },
  'a shared secret': { subject: jwt(SECRET), key: hs256, types: usual },
  'no bound tokens': { subject: jwt({ ...PUBLIC, proofOfPossession: 'refused' }), key: es256, types: usual },
  'with proofs': { subject: jwt({ ...PUBLIC, dpop: PROOFS }), key: es256, types: usual },
  'several issuers': {
    subject: accessTokenAuthenticator({ issuers: [OTHER, PUBLIC], ...common }),
    ...{ key: es256, types: usual },
  },
  'issuers by a function': {
    subject: accessTokenAuthenticator({ issuers: async () => PUBLIC, ...common }),
    ...{ key: es256, types: usual },
  },
  'beside introspection': {
    subject: accessTokenAuthenticator({
      ...{ issuers: [PUBLIC], ...common, fetch: () => assert.fail('nobody is asked about a JWT') },
      introspection: {
        endpoint: `${ISSUER}/introspect`,
        ...{ issuer: ISSUER, audience: AUDIENCE },
        client: { method: 'basic', clientId: 'gateway', clientSecret: 'x' },
      },
    }),
    ...{ key: es256, types: usual },
  },
}

const hash = createHash('sha256').update('x').digest('base64url').slice(0, 22)
const claims = accessTokenClaims()
const withoutScope = accessTokenClaims({ scope: undefined })
type Kind = readonly [string | undefined, Readonly<Record<string, unknown>>]

const KINDS: Readonly<Record<string, Kind>> = {
  'an ID token of the code flow': ['JWT', { ...withoutScope, nonce: 'n' }],
  'an ID token without a type': [undefined, { ...withoutScope, nonce: 'n' }],
  'an ID token with at_hash': ['JWT', { ...claims, at_hash: hash }],
  'an ID token that calls itself an access token': ['at+jwt', { ...claims, at_hash: hash }],
  'an ID token with c_hash': ['at+jwt', { ...claims, c_hash: hash }],
  'an ID token with s_hash': ['at+jwt', { ...claims, s_hash: null }],
  'an ID token of Amazon Cognito': ['JWT', { ...claims, token_use: 'id' }],
  'an ID token of Keycloak': ['JWT', { ...claims, typ: 'ID' }],
  'a refresh token of Keycloak': ['JWT', { ...claims, typ: 'Refresh' }],
  'an offline token of Keycloak': ['JWT', { ...claims, typ: 'Offline' }],
  'a logout token': ['logout+jwt', { ...claims, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  'a logout token without its type': ['JWT', { ...claims, events: {} }],
  'a security event token': ['secevent+jwt', { ...claims, events: {} }],
  'a security event token that calls itself an access token': ['at+jwt', { ...claims, events: null }],
  'a DPoP proof': ['dpop+jwt', { ...claims, htm: 'GET', htu: 'https://api.example.test/orders' }],
  'a DPoP proof without its type': [undefined, { ...claims, htm: 'GET' }],
  'a DPoP proof that calls itself an access token': ['at+jwt', { ...claims, htu: 'https://api.example.test/' }],
  'a client assertion': ['JWT', { ...claims, sub: ISSUER }],
  'a client assertion that calls itself an access token': ['at+jwt', { ...claims, sub: ISSUER }],
  'a client assertion of its own type': ['client-authentication+jwt', claims],
  'an answer of introspection': ['token-introspection+jwt', claims],
  'a signed request': ['oauth-authz-req+jwt', claims],
  'a verifiable credential': ['vc+sd-jwt', claims],
  'a token of no kind': ['', claims],
}

for (const [mode, { subject, key, types }] of Object.entries(MODES)) {
  suite(`${mode}:`, () => {
    test('access tokens are taken', async () => {
      for (const typ of types) await principalIn(subject.authenticate(bearer(key.sign(claims, { typ }))))
    })

    for (const [kind, [typ, payload]] of Object.entries(KINDS)) {
      test(`${kind} is refused, each time`, async () => {
        const token = key.sign(payload, { typ })
        for (const request of [bearer(token), bearer(token), requestView({ authorization: `DPoP ${token}` })]) {
          const answer = await subject.authenticate(request)
          if (answer.outcome === 'absent') continue
          assert.equal((await errorIn(answer)).code, 'invalid_token')
        }
      })
    }
  })
}
