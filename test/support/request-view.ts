import { AdmittedRequest, type ViewFields } from '../../lib/request/admitted-request.ts'
import type { ClientCertificate, HeaderRecord, RequestView } from '../../lib/request-view.ts'

/** An admitted request with the credentials given, by lower-case header name. */
export function requestView(
  credentials: Readonly<Record<string, string>> = {},
  {
    headers = {},
    clientCertificate,
    body,
    ...rest
  }: Partial<Omit<ViewFields, 'forwarded' | 'raw'>> & {
    readonly headers?: HeaderRecord
    readonly clientCertificate?: ClientCertificate | undefined
    readonly body?: Uint8Array
  } = {},
): RequestView {
  return new AdmittedRequest(
    {
      id: 'request-1',
      method: 'GET',
      target: '/orders/42',
      path: '/orders/42',
      segments: ['orders', '42'],
      query: '',
      host: 'api.example.test',
      authority: 'api.example.test',
      scheme: 'https',
      clientAddress: '192.0.2.7',
      forwardedFor: ['192.0.2.7'],
      connection: undefined,
      ...rest,
      forwarded: { headers },
      raw: { clientCertificate, readBody: () => body ?? new Uint8Array(0) },
    },
    Object.entries(credentials).flat(),
  )
}

export function bearer(token: string): RequestView {
  return requestView({ authorization: `Bearer ${token}` })
}
