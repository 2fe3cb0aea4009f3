import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import { serve } from './serve.ts'

export interface UpgradeServer {
  readonly port: number
  readonly server: Server
  /** The upgrades that were let through. */
  readonly accepted: readonly { readonly request: IncomingMessage; readonly socket: Duplex }[]
  /** What `boundary().upgrade` has answered, in order. */
  readonly verdicts: readonly boolean[]
}

/** A server that answers accepted upgrades with 101 and leaves the socket open. */
export async function startUpgradeServer(options: BoundaryMiddlewareOptions): Promise<UpgradeServer> {
  const guarded = boundary(options)
  const accepted: { request: IncomingMessage; socket: Duplex }[] = []
  const verdicts: boolean[] = []
  const server = createServer((request, response) => guarded(request, response, () => response.end('http')))
  server.on('upgrade', async (request, socket, head) => {
    const goesOn = await guarded.upgrade(request, socket, head)
    verdicts.push(goesOn)
    if (!goesOn) return
    accepted.push({ request, socket })
    if (!socket.destroyed) socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  })
  return { port: await serve(server), server, accepted, verdicts }
}
