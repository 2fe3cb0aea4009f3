import { type Clock, type Fetch, systemClock } from '../../../effects.ts'
import {
  assertBoolean,
  assertDelayMs,
  assertEndpoint,
  assertFunction,
  assertKnownKeys,
  assertPositiveNumber,
  assertString,
  dangerouslyAllowHttp,
  invalidOption,
} from '../../../options.ts'
import { checkedHeaderNames } from '../../policy-headers.ts'
import { credentialHeaders, type DecisionPointCredentials } from '../credentials.ts'
import { checkedIncludes, type OpaInclude } from './input.ts'
import type { ResultReading } from './result.ts'
import type { OpaCacheOptions } from './shared-decisions.ts'

/** What policies of OPA have in common, wherever they run. */
export interface OpaPolicyOptions {
  /** For logs and events. Default `opa`. */
  readonly name?: string
  /** What else the input holds. With `requestId` or `time`, no two inputs are alike for long. Default: nothing. */
  readonly include?: readonly OpaInclude[]
  /** The headers that the policy may set for the upstream. No client can send them. Default: none. */
  readonly setsHeaders?: readonly string[]
  /** Tell callers who are denied the policy's `reason`. Default false: it is for logs. */
  readonly tellReason?: boolean
  readonly now?: Clock
}

export interface OpaOptions extends OpaPolicyOptions, DecisionPointCredentials {
  /** Where OPA is: `http://127.0.0.1:8181`. */
  readonly url: string
  /** The rule that decides, its package before it: `gateway/authz/allow`. It is part of the URL, and nothing of a request is. */
  readonly path: string
  /** Remembers decisions. Default: none is remembered, and the policy is asked for each request. */
  readonly cache?: OpaCacheOptions
  /** Bounds a question; then 503. Default 3,000. */
  readonly deadlineMs?: number
  /** How many questions may be under way; what would be more is answered 503. Default 256. */
  readonly maxInFlight?: number
  /** Makes the calls: one with a client certificate, or by a socket of Unix. */
  readonly fetch?: Fetch
  /** @deprecated see {@link dangerouslyAllowHttp} */
  readonly [dangerouslyAllowHttp]?: boolean
}

const FACTORY = 'opaPolicy'
export const COMMON: readonly string[] = ['name', 'include', 'setsHeaders', 'tellReason', 'now']
const OPTIONS: readonly string[] = [
  ...COMMON,
  ...['url', 'path', 'token', 'headers', 'cache', 'deadlineMs', 'maxInFlight', 'fetch'],
]
/** Such a name needs no quotes in Rego and no escape in a URL. */
const PATH = /^[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*$/
const MAX_TTL_SECONDS = 300

export interface CommonSettings {
  readonly include: ReadonlySet<OpaInclude>
  readonly reading: ResultReading
  readonly now: Clock
}

export interface OpaSettings extends CommonSettings {
  readonly endpoint: string
  readonly credentials: ReturnType<typeof credentialHeaders>
  readonly cache: Required<OpaCacheOptions> | undefined
  readonly deadlineMs: number
  readonly maxInFlight: number
  readonly fetch: Fetch
}

/** @throws TypeError when an option is wrong or unsafe */
export function commonSettings(factory: string, options: OpaPolicyOptions): CommonSettings {
  const { name = 'opa', tellReason = false, now = systemClock } = options
  assertString(factory, 'name', name)
  assertBoolean(factory, 'tellReason', tellReason)
  assertFunction(factory, 'now', now)
  const setsHeaders = checkedHeaderNames(factory, options.setsHeaders)
  return {
    include: checkedIncludes(factory, options.include),
    reading: { name, setsHeaders, tellsReason: tellReason },
    now,
  }
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function opaSettings(options: OpaOptions): OpaSettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { deadlineMs = 3_000, maxInFlight = 256, fetch = globalThis.fetch } = options
  const common = commonSettings(FACTORY, options)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  assertPositiveNumber(FACTORY, 'maxInFlight', maxInFlight, 1)
  assertFunction(FACTORY, 'fetch', fetch)
  return {
    ...common,
    endpoint: endpointOf(options),
    credentials: credentialHeaders(FACTORY, common.reading.name, options),
    cache: cacheOf(options.cache, common.include),
    ...{ deadlineMs, maxInFlight, fetch },
  }
}

function endpointOf(options: OpaOptions): string {
  const { url, path } = options
  assertEndpoint(FACTORY, 'url', url, options[dangerouslyAllowHttp] === true)
  if (url.includes('?')) throw invalidOption(FACTORY, '"url" must hold no query')
  assertString(FACTORY, 'path', path)
  if (!PATH.test(path)) {
    throw invalidOption(
      FACTORY,
      '"path" must be names with slashes between, such as gateway/authz/allow, without "data"',
    )
  }
  return `${url.replace(/\/+$/, '')}/v1/data/${path}`
}

function cacheOf(
  cache: OpaCacheOptions | undefined,
  include: ReadonlySet<OpaInclude>,
): Required<OpaCacheOptions> | undefined {
  if (cache === undefined) return undefined
  const factory = `${FACTORY}.cache`
  assertKnownKeys(factory, cache, ['ttlSeconds', 'max'])
  const { ttlSeconds, max = 10_000 } = cache
  assertPositiveNumber(factory, 'ttlSeconds', ttlSeconds, Number.MIN_VALUE, MAX_TTL_SECONDS)
  assertPositiveNumber(factory, 'max', max, 1)
  if (!Number.isSafeInteger(max)) throw invalidOption(factory, '"max" must be a whole number')
  if (include.has('requestId') || include.has('time')) {
    throw invalidOption(
      FACTORY,
      '"cache" remembers nothing when "include" has requestId or time; leave one of them out',
    )
  }
  return { ttlSeconds, max }
}
