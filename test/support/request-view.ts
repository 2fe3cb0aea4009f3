import { createHeaderRules } from '../../lib/header-rules.ts'
import { AdmittedRequest } from '../../lib/request/admitted-request.ts'
import type { ClientCertificate, HeaderRecord, RequestView } from '../../lib/request-view.ts'
import { rawRequest } from './raw-request.ts'

type Fields = Omit<RequestView, 'credential' | 'readBody'>

export interface ViewDescription extends Partial<Fields> {
  readonly headers?: HeaderRecord
  readonly clientCertificate?: ClientCertificate | undefined
  readonly body?: Uint8Array
}

const PASS_ALL = createHeaderRules({ managed: [], credentials: [] })

/** An admitted request with the credentials given, by lower-case header name. */
export function requestView(
  credentials: Readonly<Record<string, string>> = {},
  description: ViewDescription = {},
): RequestView {
  const { method = 'GET', target = '/orders/42', path = '/orders/42', segments = ['orders', '42'] } = description
  const { query = '', host = 'api.example.test', authority = 'api.example.test', scheme = 'https' } = description
  const { clientAddress = '192.0.2.7', forwardedFor = ['192.0.2.7'], id = 'request-1', headers = {} } = description
  const { connection, clientCertificate, body = new Uint8Array(0) } = description
  const raw = {
    ...rawRequest({ method, target, headers: linesOf(headers) }),
    ...(connection && { connection }),
    ...{ clientCertificate, readBody: () => body },
  }
  return new AdmittedRequest(
    raw,
    { path, segments, query },
    host,
    { requestId: id, authority, scheme, clientAddress, forwardedFor },
    Object.entries(credentials).flat(),
    PASS_ALL,
  )
}

function linesOf(headers: HeaderRecord): (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((each) => [name, each] as const))
}

export function bearer(token: string): RequestView {
  return requestView({ authorization: `Bearer ${token}` })
}
