import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const LOOPBACK = '127.0.0.1'
const CLOSE_GRACE_MS = 2_000

/** Listens on 127.0.0.1 only: nothing of the demo may be reachable from another machine. Returns the server's URL. */
export async function listenOnLoopback(server: Server): Promise<string> {
  server.listen(0, LOOPBACK)
  await once(server, 'listening')
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`
}

/** Lets requests in flight finish, for a bounded time. */
export async function stopListening(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  await closed
  clearTimeout(deadline)
}
