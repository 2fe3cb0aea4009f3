import type { IncomingMessage } from 'node:http'
import {
  apiKeyAuthenticator,
  type BoundaryOptions,
  createPipeline,
  jwtAuthenticator,
  type KeyStore,
  memoryKeyStore,
  type RawRequest,
  type RouteRule,
} from 'gatewarden'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import { createHeaderRules } from '../../../lib/header-rules.ts'
import { createAdmission } from '../../../lib/request/admit.ts'
import { type ReceivedHeaders, readHeaders } from '../../../lib/request/received-headers.ts'
import { letThrough } from '../../../middleware/let-through.ts'
import { rawRequestOf } from '../../../middleware/raw-request.ts'
import type { ServerContext } from '../server-context.ts'
import { ORDER_SCOPE } from '../servers/order.ts'
import { authenticateStage, must } from './authenticate-stage.ts'
import { certificateStages } from './certificates.ts'
import type { Stage } from './clock.ts'
import { limitStages } from './limits.ts'
import { observerStages } from './observers.ts'
import { type Credential, messageWith, rawWith } from './requests.ts'
import { signatureStages } from './signatures.ts'
import { wholeStage } from './whole-stage.ts'

export interface MicroContext extends Pick<ServerContext, 'issuer' | 'audience' | 'apiKey' | 'keyStoreFile'> {
  readonly jwks: { readonly keys: readonly object[] }
  readonly key: string
  readonly tokens: readonly string[]
}

const ROUTES: readonly RouteRule[] = [
  { path: '/health', public: true },
  { path: '/orders/**', methods: ['GET'], scopes: [ORDER_SCOPE] },
  { path: '/admin/**', roles: ['admin'] },
]

/** The stages of a request's way, and then the ways as a whole. */
export function createMicroStages(context: MicroContext): readonly Stage[] {
  const jwt = jwtAuthenticator({
    issuer: context.issuer,
    audience: context.audience,
    keys: context.jwks,
    algorithms: ['RS256'],
    claims: { roles: 'roles', tenantId: 'tenant_id', email: 'email' },
  })
  const keysIn = (keys: KeyStore) => apiKeyAuthenticator({ keys, environments: ['live'] })
  const memoryKeys = keysIn(memoryKeyStore([context.apiKey]))
  const sqliteKeys = keysIn(sqliteKeyStore({ file: context.keyStoreFile }))
  const bearer = (index: number): Credential => [
    'Authorization',
    `Bearer ${context.tokens[index % context.tokens.length]}`,
  ]
  const sameBearer = () => bearer(0)
  const apiKey = (): Credential => ['X-API-Key', context.key]

  const pipeline = createPipeline({ authenticate: jwt, routes: ROUTES })
  const { stages } = pipeline
  const admitted = (raw: RawRequest) => must(stages.admit(raw, 'http'))
  const rule = stages.match(admitted(rawWith(sameBearer())).request)
  const principalOf = (raw: RawRequest) => must(stages.authenticate(admitted(raw).request))
  const principal = principalOf(rawWith(sameBearer()))
  const passage = () => must(pipeline.decide(rawWith(sameBearer()), 'http'))

  const whole = (
    name: string,
    authenticate: BoundaryOptions['authenticate'],
    credential: (index: number) => Credential,
  ): Stage => wholeStage(name, { authenticate, routes: ROUTES }, (index) => messageWith(credential(index)))

  return [
    { name: 'read the request', prepare: () => messageWith(sameBearer()), run: rawRequestOf },
    ...headerStages(sameBearer),
    {
      name: 'match',
      prepare: () => admitted(rawWith(sameBearer())).request,
      run: stages.match,
    },
    authenticateStage('authenticate: the same JWT', jwt, () => [sameBearer()]),
    authenticateStage('authenticate: distinct JWTs', jwt, (index) => [bearer(index)]),
    authenticateStage('authenticate: API key, memory', memoryKeys, () => [apiKey()]),
    authenticateStage('authenticate: API key, SQLite', sqliteKeys, () => [apiKey()]),
    ...limitStages(() => admitted(rawWith(sameBearer())).request),
    ...certificateStages(),
    ...signatureStages(),
    {
      name: 'authorize',
      prepare: () => admitted(rawWith(sameBearer())).request,
      run: (request) => stages.authorize(principal, request, rule),
    },
    {
      name: 'propagate',
      prepare: () => admitted(rawWith(sameBearer())),
      run: (one) => stages.propagate(one, principal, 'http'),
    },
    {
      name: 'let through',
      prepare: () => [messageWith(sameBearer()), passage()],
      run: ([message, granted]: [IncomingMessage, Parameters<typeof letThrough>[1]]) =>
        letThrough(message, granted, pipeline),
    },
    ...observerStages(admitted(rawWith(sameBearer())).request, principal),
    whole('boundary(), the same JWT', jwt, sameBearer),
    whole('boundary(), distinct JWTs', jwt, bearer),
    whole('boundary(), API key, memory', memoryKeys, apiKey),
    whole('boundary(), API key, SQLite', sqliteKeys, apiKey),
  ]
}

function headerStages(credential: () => Credential): readonly Stage[] {
  const rules = createHeaderRules({ managed: ['X-User-ID'], credentials: ['authorization'] })
  const admit = createAdmission({}, rules)
  return [
    {
      name: 'read the headers',
      prepare: () => rawWith(credential()),
      run: ({ rawHeaders }: RawRequest) => readHeaders(rawHeaders, rules),
    },
    {
      name: 'admit',
      prepare: () => {
        const raw = rawWith(credential())
        return { raw, headers: readHeaders(raw.rawHeaders, rules) }
      },
      run: ({ raw, headers }: { raw: RawRequest; headers: ReceivedHeaders }) => admit(raw, headers),
    },
  ]
}
