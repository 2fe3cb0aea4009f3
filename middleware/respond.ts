import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { AuthError } from '../lib/errors.ts'
import type { Answer } from '../lib/problem.ts'
import type { Refusal } from '../lib/refusal.ts'
import type { Next } from './connect.ts'

/** `respond` answers by itself; `next` hands the error to the app's own error handler. */
export type OnError = 'respond' | 'next'

/** Connections that end with the answer under way. */
const ending = new WeakSet<object>()

/** Whether a connection is about to be closed: a request that came behind a malformed one on it is never looked at. */
export function isEnding(connection: object): boolean {
  return ending.has(connection)
}

export function refuseRequest(refusal: Refusal, response: ServerResponse, next: Next, onError: OnError): void {
  if (refusal.answer.headers.connection === 'close') ending.add(response.req.socket)
  if (response.headersSent) {
    response.destroy()
  } else if (onError === 'next') {
    const { 'content-type': _type, 'content-length': _length, ...headers } = refusal.answer.headers
    next(new AuthError(refusal.error.code, refusal.error, headers))
  } else {
    respond(refusal.answer, response)
  }
}

export function respond({ status, headers, body }: Answer, response: ServerResponse): void {
  response.statusCode = status
  setHeaders(response, headers)
  response.end(body)
}

export function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  for (const name in headers) response.setHeader(name, headers[name] as string)
}

/** An answer on a socket that has no response object: an upgrade. The connection ends with it. */
export function respondRaw({ status, headers, body }: Answer, socket: Duplex): void {
  if (socket.destroyed) return
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, 'connection: close']
  for (const [name, value] of Object.entries(headers)) {
    if (name !== 'connection') lines.push(`${name}: ${value}`)
  }
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
