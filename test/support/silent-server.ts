import { createServer, type Socket } from 'node:net'
import { after } from 'node:test'
import { listenOnFreePort } from './free-port.ts'

/** The port of a server that accepts connections and never says a word. */
export async function silentServer(): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
  })
  after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return listenOnFreePort(server)
}
