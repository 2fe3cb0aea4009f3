import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

const MAX_MESSAGE_BYTES = 1_048_576
const GOING_AWAY = 1001
const CLOSE_GRACE_MS = 1_000

/** `/ws` sends every message back; with `?hello=1` the first message is the headers of the handshake, as JSON. */
export class WebSocketEcho {
  readonly #webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path, query] = (request.url ?? '').split('?', 2)
    socket.on('error', () => socket.destroy())
    if (path !== '/ws') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      webSocket.on('error', () => webSocket.terminate())
      webSocket.on('message', (message, isBinary) => webSocket.send(message, { binary: isBinary }))
      if (new URLSearchParams(query).has('hello')) webSocket.send(JSON.stringify(request.headers))
    })
  }

  close(): void {
    for (const webSocket of this.#webSockets.clients) {
      webSocket.close(GOING_AWAY)
      // Not every client answers a close.
      setTimeout(() => webSocket.terminate(), CLOSE_GRACE_MS).unref()
    }
  }
}
