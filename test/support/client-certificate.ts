import type { ClientCertificate } from '../../lib/request-view.ts'

/** A certificate of a connection, as TLS hands it over; authorized, unless the fields say otherwise. */
export function clientCertificate(der: Uint8Array, fields: Partial<ClientCertificate> = {}): ClientCertificate {
  return { der, isAuthorized: true, chain: [], serverName: undefined, ...fields }
}
