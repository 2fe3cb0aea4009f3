import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { HeaderRecord, RawRequest } from '../lib/request-view.ts'
import { isRewritten, targetOf } from './let-through.ts'

/** What arrived, as values. Node.js makes a record of the headers when somebody asks for one; on most ways nobody does. */
export function rawRequestOf(message: IncomingMessage): RawRequest {
  const { socket } = message
  return {
    method: message.method ?? '',
    target: targetOf(message),
    httpVersion: message.httpVersion,
    rawHeaders: message.rawHeaders,
    get headers(): HeaderRecord {
      return message.headers
    },
    connection: socket,
    peerAddress: socket.remoteAddress,
    rewritten: isRewritten(message),
    encrypted: (socket as Partial<TLSSocket>).encrypted === true,
  }
}
