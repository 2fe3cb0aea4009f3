import { BlockList, isIP, isIPv6 } from 'node:net'
import { commaList, type Environment, fileInExistingFolder, plainUrl, required, wholeNumber } from './environment.ts'

export interface GatewayConfig {
  readonly host: string
  /** 0 asks the system for a free port. */
  readonly port: number
  readonly upstreamUrl: string
  readonly upstreamTimeoutMs: number
  readonly issuer: string
  readonly audience: string
  readonly keyStoreFile: string
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
    keyStoreFile: fileInExistingFolder(environment, 'KEY_STORE', './keys.sqlite'),
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
  const { protocol, hostname } = plainUrl(environment, 'ISSUER', 'https://login.example.com')
  if (protocol === 'http:' && !LOOPBACK_HOSTS.includes(hostname)) {
    throw new Error('ISSUER is plain http: use an https URL, or anyone on the way can replace its keys')
  }
  return required(environment, 'ISSUER', 'https://login.example.com')
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
