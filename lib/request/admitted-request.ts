import { type Awaitable, isLater } from '../effects.ts'
import type { AuthError } from '../errors.ts'
import type { HeaderRules } from '../header-rules.ts'
import type { ClientCertificate, HeaderRecord, RawRequest, RequestView } from '../request-view.ts'
import type { CanonicalTarget } from './canonical-target.ts'
import type { ForwardedOrigin } from './forwarded.ts'
import { credentialIn, readHeaders } from './received-headers.ts'
import { createRequestId } from './request-id.ts'

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
  readonly #raw: RawRequest
  readonly #credentials: readonly string[]
  readonly #rules: HeaderRules
  #headers: HeaderRecord | undefined
  #bodyReads = 0

  constructor(
    raw: RawRequest,
    target: CanonicalTarget,
    host: string,
    origin: ForwardedOrigin,
    credentials: readonly string[],
    rules: HeaderRules,
  ) {
    this.id = origin.requestId ?? createRequestId()
    this.method = raw.method
    this.target = raw.target
    this.path = target.path
    this.segments = target.segments
    this.query = target.query
    this.host = host
    this.authority = origin.authority
    this.scheme = origin.scheme
    this.clientAddress = origin.clientAddress
    this.forwardedFor = origin.forwardedFor
    this.#raw = raw
    this.#credentials = credentials
    this.#rules = rules
  }

  get connection(): object | undefined {
    return this.#raw.connection
  }

  get clientCertificate(): ClientCertificate | undefined {
    return this.#raw.clientCertificate
  }

  /** Few ask for them. They are a record of their own: that which goes on becomes the app's. */
  get headers(): HeaderRecord {
    this.#headers ??= readHeaders(this.#raw.rawHeaders, this.#rules).forwarded.headers
    return this.#headers
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
