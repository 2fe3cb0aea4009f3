import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** All below Node's defaults: a client that is this slow is broken, or attacks (slowloris). */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 4_000,
  connectionsCheckingInterval: 2_000,
} as const

const DRAIN_LIMIT_MS = 5_000
const IDLE_SWEEP_MS = 50

export interface DrainableServer {
  readonly server: Server
  /** Stops accepting, lets what is under way finish for a bounded time, then closes what is left. */
  drain(): Promise<void>
}

export type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void

/** @param tls makes it a TLS server */
export function createDrainableServer(
  onRequest: RequestListener,
  onUpgrade: UpgradeListener,
  tls?: ServerOptions,
): DrainableServer {
  const server = tls ? createTlsServer({ ...tls, ...LIMITS }, onRequest) : createServer(LIMITS, onRequest)
  const upgraded = new Set<Socket>()
  server.on('upgrade', (request, socket: Socket, head) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    onUpgrade(request, socket, head)
  })
  const drain = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of upgraded) socket.end()
    // A connection whose last response is out is idle, but not yet closed.
    const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
    const limit = setTimeout(() => {
      server.closeAllConnections()
      for (const socket of upgraded) socket.destroy()
    }, DRAIN_LIMIT_MS)
    await closed
    clearInterval(sweep)
    clearTimeout(limit)
  }
  return { server, drain }
}

/** Returns the URL under which the server can be reached. */
export async function listen(server: Server, host: string, port: number, scheme = 'http'): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const { port: actualPort } = server.address() as AddressInfo
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${actualPort}`
}
