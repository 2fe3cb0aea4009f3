import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { RawRequest } from 'gatewarden'
import { rawRequestOf } from '../../../middleware/raw-request.ts'
import { CLIENT_HEADERS } from '../client-headers.ts'
import { ORDER_PATH } from '../servers/order.ts'

/** One socket for all: a request reads its addresses from it. */
const socket = new Socket()
Object.defineProperty(socket, 'remoteAddress', { value: '127.0.0.1' })

/** A header that authenticates. */
export type Credential = readonly [name: string, value: string]

export function messageWith(...credentials: readonly Credential[]): IncomingMessage {
  return messageFor({ method: 'GET', path: ORDER_PATH }, ...credentials)
}

/** A request as Node.js hands it over. Its strings are new, as those of a parser are: V8 has not hashed them yet. */
export function messageFor(
  { method, path }: { readonly method: string; readonly path: string },
  ...credentials: readonly Credential[]
): IncomingMessage {
  const message = new IncomingMessage(socket)
  const headers = {
    Host: '127.0.0.1:8080',
    Connection: 'keep-alive',
    ...CLIENT_HEADERS,
    ...Object.fromEntries(credentials),
  }
  message.method = method
  message.url = fresh(path)
  message.httpVersion = '1.1'
  message.rawHeaders = Object.entries(headers).flat().map(fresh)
  for (const [name, value] of Object.entries(headers)) message.headers[name.toLowerCase()] = fresh(value)
  return message
}

export function rawWith(...credentials: readonly Credential[]): RawRequest {
  return rawRequestOf(messageWith(...credentials))
}

function fresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
