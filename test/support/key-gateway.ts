import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ApiKeyOptions, apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import { boundary } from '../../middleware/boundary.ts'
import { principalOf } from '../../middleware/principal-of.ts'
import { listenOnFreePort } from './free-port.ts'

export interface KeyReply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A boundary that takes API keys, with an upstream behind it that tells what reached it. */
export interface KeyGateway {
  /** Sends a request; header names and values in turn, as they go on the wire. */
  send(rawHeaders: readonly string[], path?: string, method?: string): Promise<KeyReply>
  /** What the upstream saw. */
  readonly forwarded: { readonly headers: IncomingMessage['headers']; readonly rawHeaders: readonly string[] }[]
  close(): Promise<void>
}

export async function startKeyGateway(options: ApiKeyOptions): Promise<KeyGateway> {
  const forwarded: { headers: IncomingMessage['headers']; rawHeaders: readonly string[] }[] = []
  const gate = boundary({ authenticate: apiKeyAuthenticator(options) })
  const server = createServer({ maxHeaderSize: 2 ** 21 }, (incoming, response) => {
    gate(incoming, response, () => {
      forwarded.push({ headers: { ...incoming.headers }, rawHeaders: [...incoming.rawHeaders] })
      response.end(JSON.stringify(principalOf(incoming)))
    })
  })
  const port = await listenOnFreePort(server)
  return {
    forwarded,
    send: (rawHeaders, path = '/orders', method = 'GET') => send(port, rawHeaders, path, method),
    close: () => closed(server),
  }
}

async function send(port: number, rawHeaders: readonly string[], path: string, method: string): Promise<KeyReply> {
  const headers = ['Host', 'api.example.com', ...rawHeaders]
  const outgoing = request({ port, host: '127.0.0.1', path, method, headers, agent: false })
  outgoing.end()
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: await text(incoming) }
}

async function closed(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
