import { type Awaitable, isLater } from '../effects.ts'
import type { AuthError } from '../errors.ts'
import type { ClientCertificate, HeaderRecord, RawRequest, RequestView } from '../request-view.ts'
import { credentialIn } from './single-headers.ts'

export interface ViewFields extends Omit<RequestView, 'credential' | 'headers' | 'clientCertificate' | 'readBody'> {
  /** What arrived; read for what few ask for. */
  readonly raw: Pick<RawRequest, 'clientCertificate' | 'readBody'>
  /** What goes on of the headers; read when somebody asks for them. */
  readonly forwarded: { readonly headers: HeaderRecord }
}

const NO_BODY = new Uint8Array(0)

/** Credentials, and the connection, are private: nothing that prints or serialises a view can show them. */
export class AdmittedRequest implements RequestView {
  readonly id: string
  readonly method: string
  readonly target: string
  readonly path: string
  readonly segments: readonly string[]
  readonly query: string
  readonly host: string
  readonly authority: string
  readonly scheme: 'http' | 'https'
  readonly clientAddress: string
  readonly forwardedFor: readonly string[]
  readonly #connection: object | undefined
  readonly #forwarded: ViewFields['forwarded']
  readonly #raw: ViewFields['raw']
  readonly #credentials: readonly string[]
  #bodyReads = 0

  constructor(fields: ViewFields, credentials: readonly string[]) {
    this.id = fields.id
    this.method = fields.method
    this.target = fields.target
    this.path = fields.path
    this.segments = fields.segments
    this.query = fields.query
    this.host = fields.host
    this.authority = fields.authority
    this.scheme = fields.scheme
    this.clientAddress = fields.clientAddress
    this.forwardedFor = fields.forwardedFor
    this.#connection = fields.connection
    this.#forwarded = fields.forwarded
    this.#raw = fields.raw
    this.#credentials = credentials
  }

  get connection(): object | undefined {
    return this.#connection
  }

  get clientCertificate(): ClientCertificate | undefined {
    return this.#raw.clientCertificate
  }

  get headers(): HeaderRecord {
    return this.#forwarded.headers
  }

  readBody(maxBytes: number): Awaitable<Uint8Array | AuthError> {
    const body = this.#raw.readBody?.(maxBytes) ?? NO_BODY
    if (!isLater(body)) return body
    this.#bodyReads++
    return Promise.resolve(body).finally(() => {
      this.#bodyReads--
    })
  }

  /** Whether somebody waits for the client to send its body. */
  get isWaitingForBody(): boolean {
    return this.#bodyReads > 0
  }

  credential(header: string): string | undefined {
    return credentialIn(this.#credentials, header)
  }
}
