import type { IncomingMessage, ServerResponse } from 'node:http'
import { principalOf } from '../../middleware/principal-of.ts'

/** What a handler behind the boundary sees of a request. */
export interface Echoed {
  readonly method: string
  readonly url: string
  readonly originalUrl: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly rawHeaders: readonly string[]
  readonly headersDistinct: Readonly<Record<string, readonly string[]>>
  readonly principal: { readonly kind: string; readonly subject: string } | undefined
}

/** Answers with JSON of what arrived. */
export function echo(request: IncomingMessage, response: ServerResponse): void {
  const principal = principalOf(request)
  const seen = {
    method: request.method,
    url: request.url,
    originalUrl: (request as { originalUrl?: string }).originalUrl,
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    headersDistinct: request.headersDistinct,
    principal: principal && { kind: principal.kind, subject: principal.subject },
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(seen))
}
