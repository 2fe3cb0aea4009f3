import { KeyObject } from 'node:crypto'
import { generateApiKey, hashApiKey } from '../../lib/api-key.ts'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import { dpopVerifier } from '../../lib/authenticate/dpop.ts'
import { hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import { httpSignatureAuthenticator } from '../../lib/authenticate/http-signature.ts'
import { introspectionAuthenticator } from '../../lib/authenticate/introspection.ts'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { ALLOW, deny, type Policy } from '../../lib/authorize/policy.ts'
import { tierTable } from '../../lib/limit/tier-table.ts'
import { secretVault } from '../../lib/secrets/vault.ts'
import type { SignatureKey } from '../../lib/signature-key.ts'
import { cachedKeyStore } from '../../lib/store/cached-key-store.ts'
import { revocationList } from '../../lib/store/local-revocation-list.ts'
import { memoryKeyStore, memoryRateLimitStore, memoryReplayStore, memoryTokenCache } from '../../lib/store/memory.ts'
import { memoryRevocationStore } from '../../lib/store/memory-revocations.ts'
import { memorySecretStore } from '../../lib/store/memory-secrets.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from './access-token.ts'
import type { TestClock } from './clock.ts'
import { dpopProof, thumbprintOf } from './dpop-proof.ts'
import { headerAuthenticator } from './fake-authenticator.ts'
import { fakeIntrospection } from './fake-introspection.ts'
import { fakeIssuer } from './fake-issuer.ts'
import { type Fault, faulty } from './faults.ts'
import { type Called, type FaultyBoundary, faultyBoundary } from './faulty-boundary.ts'
import { KEYS, signing } from './http-signatures.ts'
import { activeAnswer } from './introspection-answer.ts'
import { serverOptions } from './introspection-settings.ts'
import { keyRecord } from './key-record.ts'
import { manualSchedule } from './manual-schedule.ts'
import { ORIGIN, signatureFields } from './message-signature.ts'
import { principal } from './outcomes.ts'
import { tokenRevocation } from './revocations.ts'
import { signedHeaders, timestampAt } from './signed-request.ts'
import { createSigningKey, type SigningKey } from './signing-key.ts'
import { tenant } from './tenant-tokens.ts'

/** Of everything that fails as it is told to. Real deadlines: nothing here that is well needs any time. */
const deadlineMs = 100
const [issuer, stranger, holder] = [createSigningKey('ES256'), createSigningKey('ES256'), createSigningKey('ES256')]
const keys = { keys: [issuer.jwk] }
const JWT = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] } as const
const quiet = { warn: () => undefined }
const bearer = (token: string): Called => [['Authorization', `Bearer ${token}`]]
const tokenBy = (key: SigningKey, claims = {}) => key.sign(accessTokenClaims({ exp: NOW + 3_000, ...claims }))

/**
 * A boundary for each dependency that decides something, by the name of the dependency: made anew for each test, with the
 * fault in it from before it is made.
 */
export const FAULTY_BOUNDARIES: Readonly<
  Record<string, (clock: TestClock, fault: Fault) => FaultyBoundary | Promise<FaultyBoundary>>
> = {
  'a key store': (clock, fault) => {
    const [good, unknown] = [generateApiKey('sk', 'live'), generateApiKey('sk', 'live')]
    const store = faulty(memoryKeyStore([keyRecord({ hash: hashApiKey(good) })]), fault)
    const options = { keys: store.subject, environments: ['live'], guesses: false, deadlineMs, now: clock.now } as const
    return faultyBoundary(store, { authenticate: apiKeyAuthenticator(options), now: clock.now }, byKey(good, unknown))
  },
  'a key store behind a cache': (clock, fault) => {
    const [good, unknown] = [generateApiKey('sk', 'live'), generateApiKey('sk', 'live')]
    const store = faulty(memoryKeyStore([keyRecord({ hash: hashApiKey(good) })]), fault)
    const times = { ttlSeconds: 1, missTtlSeconds: 1, deadlineMs, now: clock.now }
    const cached = cachedKeyStore({ store: store.subject, ...times })
    const options = { keys: cached, environments: ['live'], guesses: false, deadlineMs, now: clock.now } as const
    return faultyBoundary(store, { authenticate: apiKeyAuthenticator(options), now: clock.now }, byKey(good, unknown))
  },
  'a store of shared secrets': async (clock, fault) => {
    const inner = memorySecretStore()
    const store = faulty(inner, fault)
    const sealing = { sealingKeys: [Buffer.alloc(32, 7)], now: clock.now }
    const { record, secret } = await secretVault({ store: inner, ...sealing }).create({ owner: 'acme' })
    const vault = secretVault({ store: store.subject, ...sealing })
    const replayStore = memoryReplayStore({ now: clock.now })
    const authenticate = hmacAuthenticator({ keys: vault, replayStore, now: clock.now })
    return faultyBoundary(store, { authenticate, now: clock.now, deadlineMs }, hmacOf(clock, record.keyId, secret))
  },
  'a replay store, of signed requests': async (clock, fault) => {
    const store = faulty(memoryReplayStore({ now: clock.now }), fault)
    const vault = secretVault({ store: memorySecretStore(), sealingKeys: [Buffer.alloc(32, 7)], now: clock.now })
    const { record, secret } = await vault.create({ owner: 'acme' })
    const authenticate = hmacAuthenticator({ keys: vault, replayStore: store.subject, now: clock.now })
    return faultyBoundary(store, { authenticate, now: clock.now, deadlineMs }, hmacOf(clock, record.keyId, secret))
  },
  'a replay store, of message signatures': (clock, fault) => {
    const store = faulty(memoryReplayStore({ now: clock.now }), fault)
    const options = { origins: [ORIGIN], keys: KEYS, replayStore: store.subject, deadlineMs, now: clock.now }
    return faultyBoundary(store, { authenticate: httpSignatureAuthenticator(options), now: clock.now }, messages(clock))
  },
  'a finder of signature keys': (clock, fault) => {
    const finder = faulty({ find: (keyId: string) => found(keyId) }, fault)
    const replayStore = memoryReplayStore({ now: clock.now })
    const options = { origins: [ORIGIN], keys: finder.subject, replayStore, deadlineMs, now: clock.now }
    return faultyBoundary(
      finder,
      { authenticate: httpSignatureAuthenticator(options), now: clock.now },
      messages(clock),
    )
  },
  'a replay store, of DPoP proofs': (clock, fault) => {
    const store = faulty(memoryReplayStore({ now: clock.now }), fault)
    const dpop = dpopVerifier({ origins: [ORIGIN], replayStore: store.subject, deadlineMs, now: clock.now })
    const authenticate = jwtAuthenticator({ ...JWT, keys, dpop, now: clock.now })
    const token = tokenBy(issuer, { cnf: { jkt: thumbprintOf(holder) } })
    const proven = (claims = {}): Called => {
      const proof = dpopProof(holder, { token, claims: { iat: Math.floor(clock.now()), ...claims } })
      return [
        ['Authorization', `DPoP ${token}`],
        ['DPoP', proof],
      ]
    }
    return faultyBoundary(store, { authenticate, now: clock.now }, { good: proven, bad: () => proven({ ath: 'x' }) })
  },
  'a store of revocations': async (clock, fault) => {
    const inner = memoryRevocationStore()
    await inner.append(tokenRevocation('revoked'))
    const store = faulty(inner, fault)
    const timer = manualSchedule()
    const options = {
      maxStaleSeconds: 1,
      pollIntervalMs: 100,
      deadlineMs,
      now: clock.now,
      schedule: timer.schedule,
      ...quiet,
    }
    const revocations = revocationList({ store: store.subject, ...options })
    const authenticate = jwtAuthenticator({ ...JWT, keys, revocations, now: clock.now })
    const [good, bad] = [tokenBy(issuer, { jti: 'good' }), tokenBy(issuer, { jti: 'revoked' })]
    return faultyBoundary(
      store,
      { authenticate, now: clock.now },
      { good: () => bearer(good), bad: () => bearer(bad), before: () => timer.run() },
    )
  },
  'a token cache': (clock, fault) => {
    const cache = faulty(memoryTokenCache({ now: clock.now }), fault)
    const authenticate = jwtAuthenticator({ ...JWT, keys, cache: cache.subject, now: clock.now })
    const [good, bad] = [tokenBy(issuer), tokenBy(stranger)]
    return faultyBoundary(cache, { authenticate, now: clock.now }, { good: () => bearer(good), bad: () => bearer(bad) })
  },
  'a key set': (clock, fault) => {
    const server = faulty(fakeIssuer({ '/jwks': keys }), fault)
    const keySet = { deadlineMs }
    const options = { ...JWT, jwksUri: `${ISSUER}/jwks`, fetch: server.subject.fetch, keySet, now: clock.now, ...quiet }
    const [good, bad] = [tokenBy(issuer), tokenBy(stranger)]
    const called = { good: () => bearer(good), bad: () => bearer(bad) }
    return faultyBoundary(server, { authenticate: jwtAuthenticator(options), now: clock.now }, called)
  },
  'a resolver of issuers': (clock, fault) => {
    const { token, options: known, key, issuer: name } = tenant('a')
    const resolver = faulty({ find: (asked: string) => (asked === name ? known : undefined) }, fault)
    const issuers = (asked: string) => resolver.subject.find(asked)
    const authenticate = accessTokenAuthenticator({ issuers, now: clock.now, ...quiet })
    const other = key.sign(accessTokenClaims({ iss: 'https://other.example.test', exp: NOW + 3_000 }))
    const good = token({ exp: NOW + 3_000 })
    const called = { good: () => bearer(good), bad: () => bearer(other) }
    return faultyBoundary(resolver, { authenticate, now: clock.now, deadlineMs }, called)
  },
  'an introspection endpoint': (clock, fault) => {
    const server = faulty(fakeIntrospection({ good: activeAnswer({ exp: NOW + 3_000 }) }), fault)
    const options = { ...serverOptions({ cacheTtlSeconds: 1, inactiveTtlSeconds: 1, deadlineMs }), now: clock.now }
    const authenticate = introspectionAuthenticator({ ...options, fetch: server.subject.fetch })
    return faultyBoundary(
      server,
      { authenticate, now: clock.now },
      { good: () => bearer('good'), bad: () => bearer('bad') },
    )
  },
  'a store of limits, without which nobody may': async (clock, fault) => {
    const store = faulty(memoryRateLimitStore({ now: clock.now }), fault)
    const rules = [
      { name: 'own', by: 'user', windows: [{ quota: 1_000, windowSeconds: 1_000, burst: 1_000 }] },
      { name: 'tight', by: 'tenant', windows: [{ quota: 1, windowSeconds: 3_000 }] },
    ] as const
    const limits = { rules, store: store.subject, onStoreFailure: 'refuse', deadlineMs, ...quiet } as const
    let count = 0
    const callers = headerAuthenticator('x-api-key', { bad: principal({ subject: 'bob', tenantId: 'used-up' }) })
    const authenticate = {
      ...callers,
      authenticate: (request: Parameters<typeof callers.authenticate>[0]) =>
        request.credential('x-api-key') === 'good'
          ? ({ outcome: 'authenticated', principal: principal({ tenantId: `t${++count}` }) } as const)
          : callers.authenticate(request),
    }
    const made = faultyBoundary(store, { authenticate, limits, now: clock.now }, byKey('good', 'bad'))
    made.setFault(undefined)
    await made.bad()
    made.setFault(fault)
    return made
  },
  'a table of tiers': (clock, fault) => {
    const tiers = faulty(tierTable({ default: [{ quota: 1_000, windowSeconds: 1_000 }] }), fault)
    const limits = { rules: [{ name: 'tiered', by: 'user', tiers: tiers.subject }] } as const
    const callers = { good: principal() }
    const authenticate = headerAuthenticator('x-api-key', callers)
    return faultyBoundary(tiers, { authenticate, limits, now: clock.now }, byKey('good', 'unknown'))
  },
  'a policy of a rule': (clock, fault) => withPolicy(clock, fault, (policy) => ({ policy })),
  'a policy among others': (clock, fault) =>
    withPolicy(clock, fault, (policy) => ({ allOf: [{ authenticators: ['jwt'] }, { policy }] })),
  'a policy that is one of several ways in': (clock, fault) =>
    withPolicy(clock, fault, (policy) => ({ anyOf: [{ policy }, { roles: ['admin'] }] })),
}

function withPolicy(
  clock: TestClock,
  fault: Fault,
  asked: (policy: Policy) => Readonly<Record<string, unknown>>,
): FaultyBoundary {
  const policy: Policy = {
    name: 'theirs',
    decide: ({ subject }) => (subject === 'alice' ? ALLOW : deny('not alice')),
  }
  const theirs = faulty(policy, fault)
  const callers = { good: principal(), bad: principal({ subject: 'bob' }) }
  const authenticate = { ...headerAuthenticator('x-api-key', callers), methods: ['jwt'] }
  const routes = [{ path: '/**', ...asked(theirs.subject) }]
  return faultyBoundary(theirs, { authenticate, routes, now: clock.now, deadlineMs }, byKey('good', 'bad'))
}

function byKey(good: string, bad: string) {
  return { good: (): Called => [['X-API-Key', good]], bad: (): Called => [['X-API-Key', bad]] }
}

function hmacOf(clock: TestClock, keyId: string, secret: string) {
  let count = 0
  const signed = (by: string): Called => {
    const parts = { timestamp: timestampAt(Math.floor(clock.now())), nonce: `nonce-${count++}` }
    return Object.entries(signedHeaders(keyId, by, parts))
  }
  return { good: () => signed(secret), bad: () => signed('x'.repeat(43)) }
}

function messages(clock: TestClock) {
  let count = 0
  const signed = (keyId: string): Called => {
    const parameters = `;created=${Math.floor(clock.now())};keyid="${keyId}";nonce="${count++}"`
    return Object.entries(signatureFields({}, signing('ed25519', { parameters })))
  }
  return { good: () => signed('key-ed25519'), bad: () => signed('key-ecdsa-p256-sha256') }
}

function found(keyId: string): SignatureKey | undefined {
  const { key, ...rest } = KEYS.find((each) => each.keyId === keyId) ?? {}
  return key instanceof KeyObject ? ({ ...rest, keys: [key], scopes: [], roles: [] } as SignatureKey) : undefined
}
