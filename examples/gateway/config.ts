import { isHost, isNetwork, isOpenHttp, LOOPBACK_HOSTS } from './addresses.ts'
import { type CallerConfig, readCallerConfig } from './caller-config.ts'
import {
  commaList,
  type Environment,
  fileInExistingFolder,
  plainUrl,
  port,
  required,
  wholeNumber,
} from './environment.ts'
import { type FleetConfig, readFleetConfig } from './fleet-config.ts'
import { type RulesConfig, readRulesConfig } from './rules-config.ts'

export interface GatewayConfig extends CallerConfig, RulesConfig, FleetConfig {
  readonly host: string
  /** 0 asks the system for a free port. */
  readonly port: number
  /** Of this machine alone; 0 asks for a free one. Without it, nothing is measured. */
  readonly metricsPort?: number | undefined
  readonly upstreamUrl: string
  readonly upstreamTimeoutMs: number
  readonly issuer: string
  readonly audience: string
  readonly keyStoreFile: string
  /** What clients call this gateway: scheme, host and port. Default: https and each of its `hosts`. */
  readonly publicOrigins?: readonly string[] | undefined
  /** The hosts, without port, that requests may name in `Host`. */
  readonly hosts: readonly string[]
  /** Addresses and networks whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[]
}

const LONGEST_TIMEOUT_MS = 10 * 60 * 1_000

/** @throws Error whose one-line message names the variable and the remedy */
export function readConfig(environment: Environment): GatewayConfig {
  return {
    host: environment.HOST?.trim() || '127.0.0.1',
    port: port(environment, 'PORT', 8080),
    metricsPort: environment.METRICS_PORT?.trim() ? port(environment, 'METRICS_PORT', 0) : undefined,
    upstreamUrl: upstreamUrl(environment),
    upstreamTimeoutMs: wholeNumber(environment, 'UPSTREAM_TIMEOUT_MS', {
      fallback: 30_000,
      least: 1,
      most: LONGEST_TIMEOUT_MS,
    }),
    issuer: issuer(environment),
    audience: required(environment, 'AUDIENCE', 'https://api.example.com'),
    ...readCallerConfig(environment),
    ...readRulesConfig(environment),
    ...readFleetConfig(environment),
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
