import express, { type ErrorRequestHandler } from 'express'
import { anyOf, type Boundary, boundary, keyAdminRouter, revocationRouter, serveResourceMetadata } from 'gatewarden'
import helmet from 'helmet'
import type { RequestHandler } from 'http-proxy-middleware'
import { type GatewayKeys, openGatewayKeys } from './api-keys.ts'
import { type GatewayConfig, isThisMachine } from './config.ts'
import { sendProblem } from './problem.ts'
import { upstreamProxy } from './proxy.ts'
import { type GatewayRevocations, openGatewayRevocations } from './revocations.ts'
import { routes } from './routes.ts'
import { createDrainableServer, listen } from './server.ts'
import { type GatewayTokens, gatewayTokens, type Origins } from './tokens.ts'

export interface Gateway {
  readonly url: string
  close(): Promise<void>
}

export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const stores = await openStores(config.keyStoreFile)
  // Where clients find the gateway is known once it listens: nobody asks before.
  const { server, drain } = createDrainableServer(
    (request, response) => front.app(request, response),
    async (request, socket, head) => {
      if (await front.gate.upgrade(request, socket, head)) front.proxy.upgrade(request, socket, head)
    },
  )
  const close = () => drain().finally(stores.close)
  let front: Front
  try {
    const url = await listen(server, config.host, config.port)
    front = createFront(config, stores, publicOrigins(config, url))
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What the gateway keeps. */
interface Stores {
  readonly keys: GatewayKeys
  readonly revocations: GatewayRevocations
  close(): Promise<void>
}

async function openStores(file: string): Promise<Stores> {
  const keys = openGatewayKeys(file)
  try {
    const revocations = await openGatewayRevocations(file)
    return { keys, revocations, close: () => keys.close().finally(revocations.close) }
  } catch (error) {
    await keys.close()
    throw error
  }
}

/** By default, each of its names behind TLS; on this machine, where it listens. */
function publicOrigins(config: GatewayConfig, url: string): Origins {
  const { port } = new URL(url)
  const originOf = (host: string) => new URL(isThisMachine(host) ? `http://${host}:${port}` : `https://${host}`).origin
  const [first = url, ...others] = config.publicOrigins ?? config.hosts.map(originOf)
  return [first, ...others]
}

interface Front {
  readonly app: express.Express
  readonly gate: Boundary
  readonly proxy: RequestHandler
}

function createFront(config: GatewayConfig, stores: Stores, origins: Origins): Front {
  const { keys, revocations } = stores
  const { hosts, trustedProxies } = config
  const tokens = gatewayTokens(config, origins, revocations.list)
  // Who is believed: holders of an API key, or of an access token of the issuer, for this audience.
  const authenticate = anyOf(keys.authenticator, tokens.authenticator)
  const gate = boundary({ authenticate, routes, hosts, trustedProxies })
  const proxy = upstreamProxy(config.upstreamUrl, config.upstreamTimeoutMs)
  return { gate, proxy, app: createApp({ gate, proxy, tokens, stores }) }
}

/** The order is the request's way: what stands above the boundary is open to everybody. */
function createApp({ gate, proxy, tokens, stores }: Omit<Front, 'app'> & { tokens: GatewayTokens; stores: Stores }) {
  const app = express()
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.use(helmet())
  app.use(serveResourceMetadata(tokens.metadata))
  app.use(gate)
  app.get('/health', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.use('/admin/keys', keyAdminRouter({ keys: stores.keys.lifecycle }))
  app.use('/admin/revocations', revocationRouter({ revocations: stores.revocations.list }))
  app.use(proxy)
  app.use(answerUnexpected)
  return app
}

/** Express would answer with a stack trace. */
const answerUnexpected: ErrorRequestHandler = (_error, _request, response, _next) => {
  if (response.headersSent) response.destroy()
  else sendProblem(response, 500)
}
