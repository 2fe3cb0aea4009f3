import { type MtlsAuthenticator, mtlsAuthenticator, type TlsOptions } from 'gatewarden'
import type { TlsConfig } from './caller-config.ts'

/** Partners show a certificate: over TLS, on a port of its own. */
export interface Partners {
  readonly authenticator: MtlsAuthenticator
  /** Of the server. */
  readonly tls: TlsOptions
}

/**
 * Whose certificate names a partner (a DNS name among its alternative names) is let in as that partner, unless the authority
 * has revoked it. The files are read anew as they change; see `gateway.ts`.
 */
export function gatewayPartners({ key, cert, clientCa, clientCrl, partners }: TlsConfig): Partners {
  const clients = Object.entries(partners).map(([name, clientId]) => [name, { clientId, scopes: ['partners:use'] }])
  return {
    authenticator: mtlsAuthenticator({
      authorities: clientCa,
      identity: { by: 'dns' },
      clients: Object.fromEntries(clients),
      revocation: { crls: [clientCrl] },
    }),
    tls: { key, cert, ca: clientCa, crl: clientCrl },
  }
}
