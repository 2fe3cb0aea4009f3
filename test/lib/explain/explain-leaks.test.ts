import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { inspect } from 'node:util'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../../lib/authenticate/any-of.ts'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import { type Authenticator, authenticated } from '../../../lib/authenticate/authenticator.ts'
import { hmacAuthenticator } from '../../../lib/authenticate/hmac.ts'
import { httpSignatureAuthenticator } from '../../../lib/authenticate/http-signature.ts'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { mtlsAuthenticator } from '../../../lib/authenticate/mtls.ts'
import { deny, type Policy } from '../../../lib/authorize/policy.ts'
import type { BoundaryOptions } from '../../../lib/boundary-options.ts'
import { explanationText } from '../../../lib/command-line/explain/explanation-text.ts'
import { AuthError, DependencyError } from '../../../lib/errors.ts'
import type { DescribedRequest } from '../../../lib/explain/described-request.ts'
import { createPipeline } from '../../../lib/pipeline.ts'
import { memoryKeyStore, memoryReplayStore } from '../../../lib/store/memory.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { answeringAuthenticator } from '../../support/fake-authenticator.ts'
import { KEYS } from '../../support/http-signatures.ts'
import { principal } from '../../support/outcomes.ts'
import { opensslProgram, rootAuthority } from '../../support/pki.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const CANARY = 'C4nary0fTh1sTest'
const issuerKey = createSigningKey('ES256', 'issuer')
const token = issuerKey.sign(accessTokenClaims({ note: CANARY, nested: { list: [CANARY] } }))
const now = () => NOW

/** Every header that could hold a credential, and a few that hold one by mistake. */
const HEADERS: Readonly<Record<string, string>> = {
  authorization: `Bearer ${CANARY}`,
  'proxy-authorization': `Basic ${CANARY}`,
  cookie: `session=${CANARY}; theme=${CANARY}`,
  'x-api-key': CANARY,
  'x-signature': `hmac-sha256=${CANARY}`,
  'x-key-id': CANARY,
  'x-nonce': CANARY,
  signature: `sig1=:${CANARY}:`,
  'signature-input': `sig1=("@method");created=1;keyid="${CANARY}";nonce="${CANARY}"`,
  dpop: CANARY,
  'client-cert': `:${CANARY}:`,
  'x-forwarded-client-cert': `Cert="${CANARY}"`,
  'x-auth-token': CANARY,
  'x-csrf-token': CANARY,
  'x-amz-security-token': CANARY,
  'x-user-id': CANARY,
  forwarded: `for=${CANARY}`,
  referer: `https://app.example/?token=${CANARY}`,
  'x-original-url': `/a?token=${CANARY}`,
  'user-agent': CANARY,
}

const TARGETS: readonly string[] = [
  '/orders/7',
  `/orders/7?access_token=${CANARY}`,
  `/orders/7?api_key=${CANARY}&x=${CANARY}`,
  `/orders/7?next=%2Fa%3Ftoken%3D${CANARY}&a[token]=${CANARY}`,
  `/orders/7?${CANARY}`,
  `/orders/7?%24${CANARY}=1`,
  `/orders/7;jsessionid=${CANARY}`,
  `/orders/7%3Btoken=${CANARY}`,
  `/orders/7%3Ftoken=${CANARY}`,
  `/orders/7#access_token=${CANARY}`,
  `http://user:${CANARY}@api.example/orders`,
]

/** As it is, and as others write it. */
const FORMS = [CANARY, token, token.split('.')[1] ?? '', token.split('.')[2] ?? ''].flatMap((text) => [
  text,
  ...(['base64', 'base64url', 'hex'] as const).map((encoding) => Buffer.from(text).toString(encoding).slice(0, -2)),
])

function assertHoldsNothing(text: string, what: string): void {
  for (const form of FORMS) {
    assert.ok(!text.toLowerCase().includes(form.toLowerCase()), `${what} holds ${form}: ${text}`)
  }
}

async function assertExplains(options: BoundaryOptions, request: DescribedRequest, what: string): Promise<void> {
  const pipeline = createPipeline(options)
  for (const entrance of ['http', 'upgrade'] as const) {
    const explanation = await pipeline.explain(request, entrance)
    assertHoldsNothing(JSON.stringify(explanation), what)
    assertHoldsNothing(inspect(explanation, { depth: Number.POSITIVE_INFINITY, showHidden: true }), what)
    assertHoldsNothing(explanationText(explanation, explanation.outcome), what)
  }
}

async function forwardedCertificates(): Promise<Authenticator> {
  return mtlsAuthenticator({
    authorities: (await rootAuthority()).cert,
    identity: { by: 'spiffe', trustDomains: ['acme.test'] },
    clients: { 'spiffe://acme.test/orders': { clientId: 'orders' } },
    revocation: 'unchecked',
    forwarded: { format: 'rfc9440', peers: ['192.0.2.0/24'] },
  })
}

const replayStore = memoryReplayStore({ now })
const keys = memoryKeyStore([])
const AUTHENTICATORS: Readonly<Record<string, Authenticator>> = {
  'API keys': apiKeyAuthenticator({ keys, environments: ['live'], foreignKeys: true }),
  'a JWT': jwtAuthenticator({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['ES256'],
    keys: { keys: [issuerKey.jwk] },
    now,
  }),
  HMAC: hmacAuthenticator({ keys: { find: () => undefined }, replayStore, now }),
  'HTTP signatures': httpSignatureAuthenticator({ origins: ['https://localhost'], keys: KEYS, replayStore, now }),
  ...(opensslProgram !== undefined && { 'certificates of a proxy': await forwardedCertificates() }),
  nobody: anonymous(),
}

suite('no credential of a request is in its explanation', () => {
  for (const [name, authenticate] of Object.entries(AUTHENTICATORS)) {
    test(`with ${name}: in each header`, async () => {
      for (const [header, value] of Object.entries(HEADERS)) {
        await assertExplains(
          { authenticate },
          { url: '/orders/7', ip: '192.0.2.7', headers: { [header]: value } },
          header,
        )
      }
      await assertExplains({ authenticate }, { url: '/orders/7', ip: '192.0.2.7', headers: HEADERS }, 'all of them')
    })
    test(`with ${name}: in the target`, async () => {
      for (const url of TARGETS) {
        await assertExplains({ authenticate }, { url, ip: '192.0.2.7', headers: HEADERS }, url)
        await assertExplains({ authenticate, path: { allowSemicolon: true } }, { url, ip: '192.0.2.7' }, url)
      }
    })
  }

  test('of a token that is good, neither the token nor what it states besides', async () => {
    const authenticate = AUTHENTICATORS['a JWT'] ?? assert.fail()
    const routes = [{ path: '/**', roles: ['admin'] }]
    const request = { url: `/orders/7?t=${token}`, headers: { authorization: `Bearer ${token}` } }
    await assertExplains({ authenticate }, request, 'a token')
    await assertExplains({ authenticate, routes, now }, request, 'a token that is denied')
  })
})

suite('what others put where it does not belong is removed', () => {
  const request = { url: '/orders/7', headers: { 'x-api-key': CANARY, authorization: `Bearer ${token}` } }
  const answering = (answer: () => never | Promise<never>) => answeringAuthenticator(answer)

  test('in what is thrown', async () => {
    for (const error of [
      new Error(`bad key ${CANARY}`),
      new DependencyError('key store', `knows no ${CANARY}`, { cause: new Error(token) }),
      new DependencyError(`store of ${CANARY}`, 'is down'),
      new AuthError('invalid_token', { reason: `bad ${CANARY}`, detail: `not ${token}`, cause: new Error(CANARY) }),
    ]) {
      await assertExplains({ authenticate: answering(() => Promise.reject(error)) }, request, error.message)
    }
  })

  test('in what a policy says', async () => {
    const authenticate = answeringAuthenticator(() => authenticated(principal()))
    const policies: readonly Policy[] = [
      { name: 'opa', decide: () => deny(`no ${CANARY}`) },
      { name: `opa for ${token}`, decide: () => deny('no') },
      { name: 'opa', decide: () => Promise.reject(new DependencyError('opa', token)) },
    ]
    for (const policy of policies) {
      await assertExplains({ authenticate, routes: [{ path: '/**', policy }] }, request, policy.name)
    }
  })

  test('in a principal, and the headers that are made of it', async () => {
    const who = principal({ credentialId: CANARY, roles: [CANARY], claims: { secret: token } })
    const authenticate = answeringAuthenticator(() => authenticated(who))
    await assertExplains({ authenticate, identity: { claims: { 'X-Secret': 'secret' } } }, request, 'a principal')
  })

  test('in several authenticators at once', async () => {
    const { 'API keys': key, 'a JWT': jwt } = AUTHENTICATORS
    assert.ok(key && jwt)
    await assertExplains({ authenticate: anyOf(key, jwt) }, request, 'two credentials')
  })
})
