import type { Server as HttpServer, IncomingMessage, RequestListener } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { tlsOptions, tlsReload } from 'gatewarden'
import { isThisMachine } from './addresses.ts'
import type { GatewayConfig } from './config.ts'
import { createFront, type Front } from './front.ts'
import { type Metrics, startMetrics } from './metrics.ts'
import { gatewayPartners, type Partners } from './partners.ts'
import { gatewayPolicy } from './policy.ts'
import { gatewayRoutes } from './route-table.ts'
import { createDrainableServer, type DrainableServer, listen } from './server.ts'
import { openStores } from './stores.ts'
import type { Origins } from './tokens.ts'

export interface Gateway {
  readonly url: string
  /** Of the TLS port, if there is one. */
  readonly tlsUrl: string | undefined
  /** Of the port for `/metrics`, if there is one. */
  readonly metricsUrl: string | undefined
  /** Looks at the route table now, not only every few seconds. Whether it is in force. */
  reloadRoutes(): Promise<boolean>
  close(): Promise<void>
}

export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const routes = gatewayRoutes(config, { opa: await gatewayPolicy(config.opaUrl) })
  const stores = await openStores(config).catch((error: unknown) => {
    routes.close()
    throw error
  })
  const partners = config.tls && gatewayPartners(config.tls)
  // Where clients find the gateway is known once it listens: nobody asks before.
  const onRequest: RequestListener = (request, response) => front.app(request, response)
  const onUpgrade = async (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (await front.gate.upgrade(request, socket, head)) front.proxy.upgrade(request, socket, head)
  }
  const plain = createDrainableServer(onRequest, onUpgrade)
  const secure = partners && createDrainableServer(onRequest, onUpgrade, tlsOptions(partners.tls))
  let front: Front
  let metrics: Metrics | undefined
  let stop: () => void = () => undefined
  const close = async () => {
    stop()
    routes.close()
    await Promise.all([plain.drain(), secure?.drain()])
    await metrics?.close()
    await stores.close()
  }
  try {
    if (config.metricsPort !== undefined) metrics = await startMetrics(config.metricsPort, stores.revocations)
    const url = await listen(plain.server, config.host, config.port)
    const tlsUrl = secure && config.tls && (await listen(secure.server, config.host, config.tls.port, 'https'))
    if (secure && partners) stop = followFiles(secure, partners)
    front = createFront({ config, routes, stores, partners, origins: publicOrigins(config, url, tlsUrl) })
    return { url, tlsUrl, metricsUrl: metrics?.url, reloadRoutes: routes.reload, close }
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
