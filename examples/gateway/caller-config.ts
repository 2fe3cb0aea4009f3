import type { FixedSignatureKey } from 'gatewarden'
import { isOpenHttp } from './addresses.ts'
import { type Environment, jsonFile, plainUrl, port, required } from './environment.ts'

/** How to ask the authorization server about tokens that only it can read: RFC 7662. */
export interface IntrospectionConfig {
  readonly endpoint: string
  readonly clientId: string
  readonly clientSecret: string
  /** What the answer must name as the token's audience. */
  readonly audience: string
}

/** A TLS port, for clients with certificates. Keys and certificates are names of PEM files. */
export interface TlsConfig {
  /** 0 asks the system for a free port. */
  readonly port: number
  readonly key: string
  readonly cert: string
  /** Who vouches for clients. */
  readonly clientCa: string
  /** What that authority has revoked. */
  readonly clientCrl: string
  /** Client ids by the DNS name in a client's certificate. */
  readonly partners: Readonly<Record<string, string>>
}

export interface SignatureConfig {
  /** Base64 of 32 bytes each, newest first: what HMAC secrets are encrypted under. Without one, no HMAC is accepted. */
  readonly sealingKeys: readonly Buffer[]
  /** The keys of clients that sign by RFC 9421. Without one, no such signature is accepted. */
  readonly signatureKeys: readonly FixedSignatureKey[]
}

/** How callers show who they are, besides keys and JWTs. */
export interface CallerConfig {
  /** Without it, opaque tokens are refused. */
  readonly introspection?: IntrospectionConfig | undefined
  /** Without it, there is no TLS port. */
  readonly tls?: TlsConfig | undefined
  readonly signatures?: SignatureConfig | undefined
}

/** @throws Error whose one-line message names the variable and the remedy */
export function readCallerConfig(environment: Environment): CallerConfig {
  return {
    introspection: introspection(environment),
    tls: tls(environment),
    signatures: signatures(environment),
  }
}

function introspection(environment: Environment): IntrospectionConfig | undefined {
  if (!environment.INTROSPECTION_URL?.trim()) return undefined
  const endpoint = plainUrl(environment, 'INTROSPECTION_URL', 'https://login.example.com/oauth2/introspect')
  if (isOpenHttp(endpoint)) {
    throw new Error('INTROSPECTION_URL is plain http: use an https URL, or anyone on the way can read the tokens')
  }
  return {
    endpoint: endpoint.href,
    clientId: required(environment, 'INTROSPECTION_CLIENT_ID', 'the id of a client of your authorization server'),
    clientSecret: required(environment, 'INTROSPECTION_CLIENT_SECRET', "that client's secret"),
    audience:
      environment.INTROSPECTION_AUDIENCE?.trim() || required(environment, 'AUDIENCE', 'https://api.example.com'),
  }
}

function tls(environment: Environment): TlsConfig | undefined {
  if (!environment.TLS_PORT?.trim()) return undefined
  return {
    port: port(environment, 'TLS_PORT', 8443),
    key: required(environment, 'TLS_KEY', 'server.key'),
    cert: required(environment, 'TLS_CERT', 'server.pem'),
    clientCa: required(environment, 'CLIENT_CA', 'partners-ca.pem'),
    clientCrl: required(environment, 'CLIENT_CRL', 'partners-ca.crl'),
    partners: jsonFile<Readonly<Record<string, string>>>(environment, 'PARTNERS', 'partners.json'),
  }
}

function signatures(environment: Environment): SignatureConfig {
  return {
    sealingKeys: readSealingKeys(environment),
    signatureKeys: environment.SIGNATURE_KEYS?.trim()
      ? jsonFile<readonly FixedSignatureKey[]>(environment, 'SIGNATURE_KEYS', 'signature-keys.json')
      : [],
  }
}

/** @throws Error whose one-line message names the variable and the remedy */
export function readSealingKeys(environment: Environment): readonly Buffer[] {
  return (environment.SEALING_KEYS ?? '').split(',').flatMap((text) => {
    return text.trim() === '' ? [] : [sealingKey(text.trim())]
  })
}

function sealingKey(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 32) return bytes
  throw new Error('SEALING_KEYS is not usable: make each with `openssl rand -base64 32`')
}
