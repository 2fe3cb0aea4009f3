import type { HeaderRecord, RequestView } from '../request-view.ts'

export type ViewFields = Omit<RequestView, 'credential'>

/** Credentials are private fields: nothing that prints or serialises a view can show them. */
export class AdmittedRequest implements RequestView {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly segments: readonly string[]
  readonly query: string
  readonly host: string
  readonly authority: string
  readonly scheme: 'http' | 'https'
  readonly clientAddress: string
  readonly forwardedFor: readonly string[]
  readonly headers: HeaderRecord
  readonly #credentials: ReadonlyMap<string, string>

  constructor(fields: ViewFields, credentials: ReadonlyMap<string, string>) {
    this.id = fields.id
    this.method = fields.method
    this.path = fields.path
    this.segments = fields.segments
    this.query = fields.query
    this.host = fields.host
    this.authority = fields.authority
    this.scheme = fields.scheme
    this.clientAddress = fields.clientAddress
    this.forwardedFor = fields.forwardedFor
    this.headers = fields.headers
    this.#credentials = credentials
  }

  credential(header: string): string | undefined {
    return this.#credentials.get(header)
  }
}
