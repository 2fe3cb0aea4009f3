import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { after } from 'node:test'
import { type Gateway, startGateway } from '../../examples/gateway/gateway.ts'
import { addedKey } from './added-key.ts'
import { listenOnFreePort } from './free-port.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** How long it waits for its upstream. */
export const TIMEOUT_MS = 300
const keyStoreFile = join(temporaryFolder(), 'keys.sqlite')
export const key: string = await addedKey(keyStoreFile)

export function startGatewayTo(upstreamPort: number, upstreamTimeoutMs: number): Promise<Gateway> {
  return startGateway({
    host: '127.0.0.1',
    port: 0,
    upstreamUrl: `http://127.0.0.1:${upstreamPort}`,
    upstreamTimeoutMs,
    issuer: 'http://127.0.0.1:9',
    audience: 'https://api.example.test',
    keyStoreFile,
    hosts: ['127.0.0.1'],
    trustedProxies: [],
  })
}

export async function gatewayTo(upstreamPort: number): Promise<string> {
  const gateway = await startGatewayTo(upstreamPort, TIMEOUT_MS)
  after(() => gateway.close())
  return gateway.url
}

/** A gateway in front of an upstream that does `onConnection` with every connection. */
export async function gatewayToSocket(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    onConnection(socket)
  })
  after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return gatewayTo(await listenOnFreePort(server))
}

export async function gatewayToHttp(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener)
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  return gatewayTo(await listenOnFreePort(server))
}
