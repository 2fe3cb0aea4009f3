import { fileURLToPath } from 'node:url'
import type { Clock, OpeningTimes } from 'gatewarden'
import { isNetwork, isOpenHttp } from './addresses.ts'
import { commaList, type Environment, plainUrl, wholeNumber } from './environment.ts'
import type { LimitConfig } from './limits.ts'

/** What the rules need to know of the place where the gateway runs. */
export interface RulesConfig {
  /** The route table. Default: `routes.yaml`, beside this program. */
  readonly routesFile?: string | undefined
  /** The networks that the table calls `admin`, if not those that it says itself. */
  readonly adminNetworks?: readonly string[] | undefined
  /** The times that the table calls `business`, if not those that it says itself. */
  readonly businessHours?: OpeningTimes | undefined
  /** Without it, everybody may ask for as much as they like. */
  readonly limits?: LimitConfig | undefined
  /** Who decides what the table leaves to the policy `opa`. Default: the policy that is compiled here. */
  readonly opaUrl?: string | undefined
  /** For tests of what depends on the time. */
  readonly now?: Clock | undefined
}

export const ROUTES_FILE: string = fileURLToPath(new URL('./routes.yaml', import.meta.url))

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/

const MOST_PER_MINUTE = 10_000_000

/** @throws Error whose one-line message names the variable and the remedy */
export function readRulesConfig(environment: Environment): RulesConfig {
  return {
    routesFile: environment.ROUTES?.trim() || ROUTES_FILE,
    adminNetworks: adminNetworks(environment),
    businessHours: businessHours(environment),
    limits: {
      networkPerMinute: perMinute(environment, 'NETWORK_LIMIT', 6_000),
      clientPerMinute: perMinute(environment, 'CLIENT_LIMIT', 1_200),
    },
    opaUrl: opaUrl(environment),
  }
}

function adminNetworks(environment: Environment): readonly string[] | undefined {
  if (!environment.ADMIN_NETWORKS?.trim()) return undefined
  return commaList(environment, 'ADMIN_NETWORKS', {
    fallback: [],
    isValid: isNetwork,
    expected: 'IP addresses or networks such as 10.0.0.0/8',
  })
}

function businessHours(environment: Environment): OpeningTimes | undefined {
  if (!environment.MAINTENANCE_ZONE?.trim() && !environment.MAINTENANCE_HOURS?.trim()) return undefined
  const hours = commaList(environment, 'MAINTENANCE_HOURS', {
    fallback: ['09:00-17:00'],
    isValid: (item) => HOURS.test(item) && item.slice(0, 5) !== item.slice(6),
    expected: 'hours such as 09:00-12:00,13:00-17:00',
  })
  return { zone: zone(environment), days: ['mon', 'tue', 'wed', 'thu', 'fri'], hours }
}

/** An offset such as +02:00 would be wrong for half of the year. */
function zone(environment: Environment): string {
  const name = environment.MAINTENANCE_ZONE?.trim() || 'UTC'
  try {
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {}
  throw new Error('MAINTENANCE_ZONE is no time zone: set it to one such as Europe/Berlin')
}

function perMinute(environment: Environment, name: string, fallback: number): number {
  return wholeNumber(environment, name, { fallback, least: 1, most: MOST_PER_MINUTE })
}

function opaUrl(environment: Environment): string | undefined {
  if (!environment.OPA_URL?.trim()) return undefined
  const url = plainUrl(environment, 'OPA_URL', 'http://127.0.0.1:8181')
  if (isOpenHttp(url)) {
    throw new Error('OPA_URL is plain http: use an https URL, or anyone on the way can change its decisions')
  }
  return url.href.replace(/\/$/, '')
}
