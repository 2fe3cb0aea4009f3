import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Awaitable } from '../lib/effects.ts'
import type { AuthError } from '../lib/errors.ts'
import type { ClientCertificate, HeaderRecord, RawRequest } from '../lib/request-view.ts'
import { isRewritten, targetOf } from './let-through.ts'
import { peerCertificateOf } from './peer-certificate.ts'
import { readBody } from './request-body.ts'

/** How many header fields Node.js reads when nobody has said otherwise; it drops the rest without a word. */
const DEFAULT_MAX_FIELDS = 1_000

function isTruncated({ socket, rawHeaders }: IncomingMessage): boolean {
  const { server } = socket as { readonly server?: { readonly maxHeadersCount?: number | null } }
  const limit = server?.maxHeadersCount ?? DEFAULT_MAX_FIELDS
  return limit > 0 && rawHeaders.length >= 2 * limit
}

/** What arrived, as values. */
export function rawRequestOf(message: IncomingMessage): RawRequest {
  return new ReceivedRequest(message)
}

/**
 * A class, for its getters: Node.js makes a record of the headers when somebody asks for one, and on most ways nobody does.
 * A getter in an object literal would be a new shape for every request, which garbage collection pays for.
 */
class ReceivedRequest implements RawRequest {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
  readonly connection: object
  readonly peerAddress: string | undefined
  readonly truncated: boolean
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
    this.truncated = isTruncated(message)
    this.rewritten = isRewritten(message)
    this.encrypted = (socket as Partial<TLSSocket>).encrypted === true
    this.#message = message
  }

  get headers(): HeaderRecord {
    return this.#message.headers
  }

  readBody(maxBytes: number): Awaitable<Uint8Array | AuthError> {
    return readBody(this.#message, maxBytes)
  }

  get clientCertificate(): ClientCertificate | undefined {
    return this.encrypted ? peerCertificateOf(this.#message.socket as TLSSocket) : undefined
  }
}
