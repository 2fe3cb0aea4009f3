import type { Server as HttpServer, IncomingMessage, RequestListener } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import {
  anyOf,
  type Boundary,
  boundary,
  keyAdminRouter,
  revocationRouter,
  serveResourceMetadata,
  tlsOptions,
  tlsReload,
} from 'gatewarden'
import helmet from 'helmet'
import type { RequestHandler } from 'http-proxy-middleware'
import { type GatewayConfig, isThisMachine } from './config.ts'
import { gatewayPartners, type Partners } from './partners.ts'
import { sendProblem } from './problem.ts'
import { upstreamProxy } from './proxy.ts'
import { routes } from './routes.ts'
import { createDrainableServer, type DrainableServer, listen } from './server.ts'
import { gatewaySignatures } from './signatures.ts'
import { openStores, type Stores } from './stores.ts'
import { type GatewayTokens, gatewayTokens, type Origins } from './tokens.ts'

export interface Gateway {
  readonly url: string
  /** Of the TLS port, if there is one. */
  readonly tlsUrl: string | undefined
  close(): Promise<void>
}

export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const stores = await openStores(config.keyStoreFile)
  const partners = config.tls && gatewayPartners(config.tls)
  // Where clients find the gateway is known once it listens: nobody asks before.
  const onRequest: RequestListener = (request, response) => front.app(request, response)
  const onUpgrade = async (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (await front.gate.upgrade(request, socket, head)) front.proxy.upgrade(request, socket, head)
  }
  const plain = createDrainableServer(onRequest, onUpgrade)
  const secure = partners && createDrainableServer(onRequest, onUpgrade, tlsOptions(partners.tls))
  let front: Front
  let stop: () => void = () => undefined
  const close = async () => {
    stop()
    await Promise.all([plain.drain(), secure?.drain()])
    await stores.close()
  }
  try {
    const url = await listen(plain.server, config.host, config.port)
    const tlsUrl = secure && config.tls && (await listen(secure.server, config.host, config.tls.port, 'https'))
    if (secure && partners) stop = followFiles(secure, partners)
    front = createFront(config, stores, partners, publicOrigins(config, url, tlsUrl))
    return { url, tlsUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A new certificate, authority or list of revoked certificates counts without a restart. */
function followFiles({ server }: DrainableServer, { tls, authenticator }: Partners): () => void {
  const onReload = () => authenticator.refresh()
  return tlsReload(server as HttpServer as TlsServer, tls, { everySeconds: 30, onReload }).stop
}

/** By default, each of its names behind TLS; on this machine, where it listens. */
function publicOrigins(config: GatewayConfig, ...urls: readonly (string | undefined)[]): Origins {
  const listening = urls.filter((url) => url !== undefined).map((url) => new URL(url))
  const originsOf = (host: string) =>
    isThisMachine(host)
      ? listening.map(({ protocol, port }) => new URL(`${protocol}//${host}:${port}`).origin)
      : [new URL(`https://${host}`).origin]
  const [first = urls[0] ?? '', ...others] = config.publicOrigins ?? config.hosts.flatMap(originsOf)
  return [first, ...others]
}

interface Front {
  readonly app: express.Express
  readonly gate: Boundary
  readonly proxy: RequestHandler
}

function createFront(config: GatewayConfig, stores: Stores, partners: Partners | undefined, origins: Origins): Front {
  const { hosts, trustedProxies, signatures } = config
  const tokens = gatewayTokens(config, origins, stores.revocations.list)
  const signed = signatures ? gatewaySignatures(signatures, stores, origins) : []
  // Who is believed: holders of an API key, of an access token of the issuer for this audience, of a key that signs, or of a
  // partner's certificate.
  const authenticate = anyOf(
    stores.keys.authenticator,
    tokens.authenticator,
    ...signed,
    ...(partners ? [partners.authenticator] : []),
  )
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
