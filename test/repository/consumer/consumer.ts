/*
 * What users write, for the type checker only: in the repository against the sources, and by the package's test
 * against the packed declarations.
 */

import { createServer } from 'node:http'
import { trace } from '@opentelemetry/api'
import type { Express, RequestHandler } from 'express'
import {
  AUTH_ERRORS,
  AuthError,
  type Authenticator,
  anyOf,
  apiKeyAuthenticator,
  authenticatedAs,
  boundary,
  boundaryStages,
  createPrincipal,
  deny,
  jwtAuthenticator,
  type Middleware,
  type Policy,
  type Principal,
  type PrincipalFields,
  principalOf,
  requireRoles,
  requireScopes,
} from 'gatewarden'
import type { RequestView } from 'gatewarden/lib'
import { openTelemetryTracing } from 'gatewarden/observe/opentelemetry'
import { pinoAudit } from 'gatewarden/observe/pino'
import { prometheusMetrics } from 'gatewarden/observe/prometheus'
import type { ApiKeyRecord, KeyStore } from 'gatewarden/store/key-store'
import { memoryKeyStore, memoryTokenCache } from 'gatewarden/store/memory'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import type { TokenCache } from 'gatewarden/store/token-cache'
import { type Logger, pino } from 'pino'
import { Registry, register } from 'prom-client'

declare const app: Express

const keys: KeyStore = sqliteKeyStore({ file: 'keys.db' })
const cache: TokenCache = memoryTokenCache()

export const authenticator: Authenticator = anyOf(
  apiKeyAuthenticator({ keys, environments: ['live'] }),
  jwtAuthenticator({ issuer: 'https://issuer.example', audience: 'https://api.example', algorithms: ['RS256'], cache }),
)

const guard = boundary({
  authenticate: authenticator,
  routes: [{ path: '/orders/**', methods: ['GET'], scopes: { any: ['read:orders'] } }],
})

app.use(guard)
app.use('/api', guard)
app.get('/orders', requireScopes(['read:orders']), requireRoles({ all: ['admin'] }), (request, response) => {
  response.json({ subject: principalOf(request)?.subject })
})
export const handler: RequestHandler = guard
const stages = boundaryStages({ authenticate: authenticator })
app.use(stages.admit, stages.authenticate, stages.authorize, stages.propagate)

const server = createServer((request, response) => guard(request, response, () => response.end()))
server.on('upgrade', async (request, socket, head) => {
  const goesOn: boolean = await guard.upgrade(request, socket, head)
  if (goesOn) socket.end()
})

export const mine: Middleware = (_request, _response, next) => next()

const fields: PrincipalFields = { kind: 'user', subject: 'alice', method: 'jwt', roles: ['admin'] }
const made: Principal | AuthError = createPrincipal(fields)
export const subject: string = made instanceof AuthError ? made.code : made.subject
export const status: number = AUTH_ERRORS.invalid_token.status

/** A method that the package does not know. */
export const own: Authenticator = {
  method: 'badge',
  challenges: [],
  sources: [{ header: 'x-badge' }],
  urlParameters: [],
  issuers: [],
  authenticate: (_request: RequestView) => authenticatedAs({ kind: 'user', subject: 'alice', method: 'badge' }),
}

export const officeHours: Policy = { name: 'office hours', decide: () => deny('closed') }

/** A store that answers later, where the package's own answer at once. */
export const remoteKeys: KeyStore = {
  findByHash: async (_hashes: readonly string[]): Promise<ApiKeyRecord | undefined> => undefined,
  findById: async () => undefined,
  insert: async () => undefined,
  update: async () => undefined,
  replace: async () => undefined,
  revoke: async () => undefined,
  list: async () => [],
  touch: async () => undefined,
}

export const more: KeyStore = memoryKeyStore([])

const logger: Logger = pino()
pinoAudit({ logger, decisions: 'denied' }).stop()
prometheusMetrics({ registry: register }).stop()
prometheusMetrics({ registry: new Registry() }).stop()
openTelemetryTracing({ tracerProvider: trace.getTracerProvider() }).stop()

// @ts-expect-error: a structural double is no principal, whatever its fields
export const forged: Principal = {
  kind: 'user',
  subject: 'alice',
  method: 'jwt',
  roles: ['admin'],
  scopes: [],
  claims: {},
}

// @ts-expect-error: nobody makes a principal into another one
export const promote = (principal: Principal): void => principal.roles.push('admin')

// @ts-expect-error: the audience is not optional
export const lax: Authenticator = jwtAuthenticator({ issuer: 'https://issuer.example', algorithms: ['RS256'] })
