import { once } from 'node:events'
import { createServer, type ServerOptions } from 'node:https'
import { after } from 'node:test'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import type { DecisionEvent } from '../../lib/decision-event.ts'
import { decisions } from '../../lib/decision-event.ts'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import { listenOnFreePort } from './free-port.ts'

/** A boundary behind node:https, whose answer is what it would forward. */
export interface TlsGateway {
  readonly port: number
  readonly server: ReturnType<typeof createServer>
}

export async function tlsGateway(
  tls: ServerOptions,
  authenticate: Authenticator,
  options: Partial<BoundaryMiddlewareOptions> = {},
): Promise<TlsGateway> {
  const gate = boundary({ authenticate, ...options })
  const server = createServer({ requestCert: true, rejectUnauthorized: false, ...tls }, (request, response) => {
    gate(request, response, () => response.end(JSON.stringify(request.headers)))
  })
  const port = await listenOnFreePort(server)
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port, server }
}

export interface TlsAnswer {
  readonly status: number
  readonly body: string
  /** The headers that went on, when it was let through. */
  readonly forwarded: Readonly<Record<string, string>>
  /** The word for the log, when it was not. */
  readonly reason: string | undefined
}

/** One connection of a client, for several requests. */
export class TlsClient {
  readonly socket: TLSSocket
  #received = ''
  #heard: () => void = () => undefined

  constructor(socket: TLSSocket) {
    this.socket = socket
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text
      this.#heard()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#heard())
  }

  async get(headers: readonly string[] = [], host = 'localhost'): Promise<TlsAnswer> {
    let reason: string | undefined
    const note = (message: unknown) => {
      reason = (message as DecisionEvent).reason
    }
    decisions.subscribe(note)
    try {
      this.#received = ''
      this.socket.write(['GET /orders HTTP/1.1', `Host: ${host}`, ...headers, '', ''].join('\r\n'))
      while (!this.#isComplete()) {
        if (this.socket.destroyed) throw new Error(`closed after: ${this.#received}`)
        await new Promise<void>((resolve) => {
          this.#heard = resolve
        })
      }
    } finally {
      decisions.unsubscribe(note)
    }
    const status = Number(this.#received.slice(9, 12))
    const body = this.#received.slice(this.#received.indexOf('\r\n\r\n') + 4)
    return { status, body, reason, forwarded: status === 200 ? JSON.parse(/\{.*\}/.exec(body)?.[0] ?? '') : {} }
  }

  #isComplete(): boolean {
    if (/transfer-encoding: chunked/i.test(this.#received)) return this.#received.endsWith('\r\n0\r\n\r\n')
    const end = this.#received.indexOf('\r\n\r\n')
    const length = /content-length: (\d+)/i.exec(this.#received)?.[1]
    return end !== -1 && length !== undefined && this.#received.length >= end + 4 + Number(length)
  }
}

/** Opens a connection; it is closed after the tests of the file or suite. */
export async function tlsClient(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false, ...options })
  after(() => socket.destroy())
  await once(socket, 'secureConnect')
  return new TlsClient(socket)
}

/** One request over a connection of its own. */
export async function tlsGet(
  port: number,
  options: ConnectionOptions = {},
  headers: readonly string[] = [],
  host = 'localhost',
): Promise<TlsAnswer> {
  const client = await tlsClient(port, options)
  try {
    return await client.get(headers, host)
  } finally {
    client.socket.destroy()
  }
}
