import type { RequestView } from '../../lib/request-view.ts'

export interface KeyRequestFields {
  readonly method?: string
  readonly path?: string
  readonly clientAddress?: string
  readonly header?: string
}

/** An admitted request that presents a key. */
export function keyRequest(key: string | undefined, fields: KeyRequestFields = {}): RequestView {
  const { method = 'GET', path = '/orders', clientAddress = '192.0.2.1', header = 'x-api-key' } = fields
  return {
    id: 'request-1',
    method,
    target: path,
    path,
    segments: path.split('/').filter((segment) => segment !== ''),
    query: '',
    host: 'api.example.com',
    authority: 'api.example.com',
    scheme: 'https',
    clientAddress,
    forwardedFor: [clientAddress],
    headers: {},
    clientCertificate: undefined,
    connection: undefined,
    readBody: () => new Uint8Array(0),
    credential: (name) => (name === header ? key : undefined),
  }
}
