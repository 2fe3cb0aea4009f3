import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { HeaderRecord, RawRequest } from '../lib/request-view.ts'
import { isRewritten, targetOf } from './let-through.ts'

/** What arrived, as values. */
export function rawRequestOf(message: IncomingMessage): RawRequest {
  return new ReceivedRequest(message)
}

/**
 * A class, for its getter: Node.js makes a record of the headers when somebody asks for one, and on most ways nobody does.
 * A getter in an object literal would be a new shape for every request, which garbage collection pays for.
 */
class ReceivedRequest implements RawRequest {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
  readonly connection: object
  readonly peerAddress: string | undefined
  readonly rewritten: boolean
  readonly encrypted: boolean
  readonly #message: IncomingMessage

  constructor(message: IncomingMessage) {
    const { socket } = message
    this.method = message.method ?? ''
    this.target = targetOf(message)
    this.httpVersion = message.httpVersion
    this.rawHeaders = message.rawHeaders
    this.connection = socket
    this.peerAddress = socket.remoteAddress
    this.rewritten = isRewritten(message)
    this.encrypted = (socket as Partial<TLSSocket>).encrypted === true
    this.#message = message
  }

  get headers(): HeaderRecord {
    return this.#message.headers
  }
}
