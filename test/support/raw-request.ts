import type { RawRequest } from '../../lib/request-view.ts'

export interface RequestDescription {
  readonly method?: string
  readonly target?: string
  readonly httpVersion?: string
  /** Names and values as sent, `Host` included. Default: only `Host: api.example.test`. */
  readonly headers?: readonly (readonly [string, string])[]
  readonly peerAddress?: string | undefined
  readonly encrypted?: boolean
}

const HOST = ['Host', 'api.example.test'] as const
const FIRST_COUNTS = ['host', 'authorization', 'content-length', 'content-type', 'user-agent']

/** A request as it arrived, with its headers in both of the forms that Node.js gives them. */
export function rawRequest(description: RequestDescription = {}): RawRequest {
  const list = description.headers ?? [HOST]
  const headers: Record<string, string> = {}
  for (const [name, value] of list) {
    const lower = name.toLowerCase()
    const before = headers[lower]
    if (before === undefined) headers[lower] = value
    else if (!FIRST_COUNTS.includes(lower)) headers[lower] = `${before}, ${value}`
  }
  return {
    method: description.method ?? 'GET',
    target: description.target ?? '/orders/42',
    httpVersion: description.httpVersion ?? '1.1',
    rawHeaders: list.flat(),
    headers,
    peerAddress: 'peerAddress' in description ? description.peerAddress : '192.0.2.7',
    encrypted: description.encrypted ?? false,
  }
}

/** The same, with `Host` and further headers. */
export function requestWith(...headers: readonly (readonly [string, string])[]): RawRequest {
  return rawRequest({ headers: [HOST, ...headers] })
}
