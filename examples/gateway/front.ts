import express, { type ErrorRequestHandler } from 'express'
import {
  anyOf,
  type Boundary,
  boundary,
  keyAdminRouter,
  type RoutesFile,
  revocationRouter,
  serveResourceMetadata,
} from 'gatewarden'
import type { RequestHandler } from 'http-proxy-middleware'
import type { GatewayConfig } from './config.ts'
import { gatewayLimits } from './limits.ts'
import type { Partners } from './partners.ts'
import { sendProblem } from './problem.ts'
import { upstreamProxy } from './proxy.ts'
import { securityHeaders } from './security-headers.ts'
import { gatewaySignatures } from './signatures.ts'
import type { Stores } from './stores.ts'
import { type GatewayTokens, gatewayTokens, type Origins } from './tokens.ts'

export interface Front {
  readonly app: express.Express
  readonly gate: Boundary
  readonly proxy: RequestHandler
}

export interface FrontParts {
  readonly config: GatewayConfig
  readonly routes: RoutesFile
  readonly stores: Stores
  readonly partners: Partners | undefined
  readonly origins: Origins
}

export function createFront({ config, routes, stores, partners, origins }: FrontParts): Front {
  const { hosts, trustedProxies, signatures, now } = config
  const tokens = gatewayTokens(config, origins, stores)
  const signed = signatures ? gatewaySignatures(signatures, stores, origins) : []
  // Who is believed: holders of an API key, of an access token of the issuer for this audience, of a key that signs, or of a
  // partner's certificate.
  const authenticate = anyOf(
    stores.keys.authenticator,
    tokens.authenticator,
    ...signed,
    ...(partners ? [partners.authenticator] : []),
  )
  const gate = boundary({
    authenticate,
    routes,
    ...(config.limits && { limits: gatewayLimits(config.limits, stores.limits) }),
    hosts,
    trustedProxies,
    ...(now && { now }),
  })
  const proxy = upstreamProxy(config.upstreamUrl, config.upstreamTimeoutMs)
  return { gate, proxy, app: createApp({ gate, proxy, tokens, stores }) }
}

/** The order is the request's way: what stands above the boundary is open to everybody. */
function createApp({ gate, proxy, tokens, stores }: Omit<Front, 'app'> & { tokens: GatewayTokens; stores: Stores }) {
  const app = express()
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.disable('x-powered-by')
  app.use(securityHeaders())
  app.use(serveResourceMetadata(tokens.metadata))
  app.use(gate)
  app.get('/health', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.use('/admin/keys', keyAdminRouter({ keys: stores.keys.lifecycle }))
  app.use('/admin/revocations', revocationRouter({ revocations: stores.revocations }))
  app.use(proxy)
  app.use(answerUnexpected)
  return app
}

/** Express would answer with a stack trace. */
const answerUnexpected: ErrorRequestHandler = (_error, _request, response, _next) => {
  if (response.headersSent) response.destroy()
  else sendProblem(response, 500)
}
