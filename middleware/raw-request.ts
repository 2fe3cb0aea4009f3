import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { RawRequest } from '../lib/request-view.ts'
import { isRewritten, targetOf } from './let-through.ts'

/** What arrived, as values. */
export function rawRequestOf(message: IncomingMessage): RawRequest {
  return {
    method: message.method ?? '',
    target: targetOf(message),
    httpVersion: message.httpVersion,
    rawHeaders: message.rawHeaders,
    headers: message.headers,
    peerAddress: message.socket.remoteAddress,
    rewritten: isRewritten(message),
    encrypted: (message.socket as Partial<TLSSocket>).encrypted === true,
  }
}
