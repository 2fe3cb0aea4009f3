import { createServer, type RequestListener, type Server } from 'node:http'
import { after } from 'node:test'
import { listenOnFreePort } from './free-port.ts'

/** Serves on a loopback port until the end of the test file or suite. Returns the port. */
export async function serve(listener: RequestListener | Server): Promise<number> {
  const server = typeof listener === 'function' ? createServer(listener) : listener
  const port = await listenOnFreePort(server)
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return port
}
