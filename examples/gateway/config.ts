import { BlockList, isIP, isIPv6 } from 'node:net'
import type { FixedSignatureKey } from 'gatewarden'
import {
  commaList,
  type Environment,
  fileInExistingFolder,
  jsonFile,
  plainUrl,
  required,
  wholeNumber,
} from './environment.ts'

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

export interface GatewayConfig {
  readonly host: string
  /** 0 asks the system for a free port. */
  readonly port: number
  readonly upstreamUrl: string
  readonly upstreamTimeoutMs: number
  readonly issuer: string
  readonly audience: string
  /** Without it, opaque tokens are refused. */
  readonly introspection?: IntrospectionConfig | undefined
  /** Without it, there is no TLS port. */
  readonly tls?: TlsConfig | undefined
  readonly signatures?: SignatureConfig | undefined
  readonly keyStoreFile: string
  /** What clients call this gateway: scheme, host and port. Default: https and each of its `hosts`. */
  readonly publicOrigins?: readonly string[] | undefined
  /** The hosts, without port, that requests may name in `Host`. */
  readonly hosts: readonly string[]
  /** Addresses and networks whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[]
}

const HIGHEST_PORT = 65_535
const LONGEST_TIMEOUT_MS = 10 * 60 * 1_000
const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** @throws Error whose one-line message names the variable and the remedy */
export function readConfig(environment: Environment): GatewayConfig {
  return {
    host: environment.HOST?.trim() || '127.0.0.1',
    port: wholeNumber(environment, 'PORT', { fallback: 8080, least: 0, most: HIGHEST_PORT }),
    upstreamUrl: upstreamUrl(environment),
    upstreamTimeoutMs: wholeNumber(environment, 'UPSTREAM_TIMEOUT_MS', {
      fallback: 30_000,
      least: 1,
      most: LONGEST_TIMEOUT_MS,
    }),
    issuer: issuer(environment),
    audience: required(environment, 'AUDIENCE', 'https://api.example.com'),
    introspection: introspection(environment),
    tls: tls(environment),
    signatures: signatures(environment),
    keyStoreFile: fileInExistingFolder(environment, 'KEY_STORE', './keys.sqlite'),
    publicOrigins: publicOrigins(environment),
    hosts: commaList(environment, 'GATEWAY_HOSTS', {
      fallback: LOOPBACK_HOSTS,
      isValid: isHost,
      expected: 'host names without ports',
    }),
    trustedProxies: commaList(environment, 'TRUSTED_PROXIES', {
      fallback: [],
      isValid: isNetwork,
      expected: 'IP addresses or networks such as 10.0.0.0/8',
    }),
  }
}

/** A path here would make the path that is forwarded another than the one that is authorized. */
function upstreamUrl(environment: Environment): string {
  const url = plainUrl(environment, 'UPSTREAM_URL', 'http://127.0.0.1:3000')
  if (url.pathname !== '/') throw new Error('UPSTREAM_URL has a path: set it to scheme, host and port only')
  return url.origin
}

/** It is compared with the tokens' `iss` character by character, so it stays as it was written. */
function issuer(environment: Environment): string {
  if (isOpenHttp(plainUrl(environment, 'ISSUER', 'https://login.example.com'))) {
    throw new Error('ISSUER is plain http: use an https URL, or anyone on the way can replace its keys')
  }
  return required(environment, 'ISSUER', 'https://login.example.com')
}

function publicOrigins(environment: Environment): readonly string[] | undefined {
  if (!environment.PUBLIC_ORIGINS?.trim()) return undefined
  return commaList(environment, 'PUBLIC_ORIGINS', {
    fallback: [],
    isValid: (item) => URL.canParse(item) && new URL(item).origin === item && !isOpenHttp(new URL(item)),
    expected: 'origins such as https://api.example.com, http only on this machine',
  })
}

/** Whether what is sent there can be read and changed on its way. */
function isOpenHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isThisMachine(hostname)
}

export function isThisMachine(hostname: string): boolean {
  return LOOPBACK_HOSTS.includes(hostname)
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
    port: wholeNumber(environment, 'TLS_PORT', { fallback: 8443, least: 0, most: HIGHEST_PORT }),
    key: required(environment, 'TLS_KEY', 'server.key'),
    cert: required(environment, 'TLS_CERT', 'server.pem'),
    clientCa: required(environment, 'CLIENT_CA', 'partners-ca.pem'),
    clientCrl: required(environment, 'CLIENT_CRL', 'partners-ca.crl'),
    partners: jsonFile<Readonly<Record<string, string>>>(environment, 'PARTNERS', 'partners.json'),
  }
}

function signatures(environment: Environment): SignatureConfig {
  return {
    sealingKeys: (environment.SEALING_KEYS ?? '').split(',').flatMap((text) => {
      return text.trim() === '' ? [] : [sealingKey(text.trim())]
    }),
    signatureKeys: environment.SIGNATURE_KEYS?.trim()
      ? jsonFile<readonly FixedSignatureKey[]>(environment, 'SIGNATURE_KEYS', 'signature-keys.json')
      : [],
  }
}

function sealingKey(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 32) return bytes
  throw new Error('SEALING_KEYS is not usable: make each with `openssl rand -base64 32`')
}

function isHost(item: string): boolean {
  return item.startsWith('[')
    ? item.endsWith(']') && isIPv6(item.slice(1, -1))
    : /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(item)
}

function isNetwork(item: string): boolean {
  const [address = '', prefix = '', ...rest] = item.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (!item.includes('/')) return true
  try {
    new BlockList().addSubnet(address, /^\d+$/.test(prefix) ? Number(prefix) : -1, isIPv6(address) ? 'ipv6' : 'ipv4')
    return true
  } catch {
    return false
  }
}
