import { isToken } from '../header-name.ts'
import { assertBoolean, assertKnownKeys, assertOrigins, assertStrings, invalidOption } from '../options.ts'
import type { RawRequest } from '../request-view.ts'

/** Whose pages may call from a browser, and read the answers: the CORS protocol of the Fetch standard. */
export interface CorsOptions {
  /** Origins such as `https://app.example.com`; `*` for every page, which then may send no cookies. */
  readonly origins: readonly string[] | '*'
  /** Default: all that are admitted, besides OPTIONS. */
  readonly methods?: readonly string[]
  /** Request headers that a page may send. Default: those of credentials, and `Content-Type`. */
  readonly headers?: readonly string[]
  /** Headers of answers that a page may read. Default: `WWW-Authenticate`, `Retry-After` and `X-Request-ID`. */
  readonly exposedHeaders?: readonly string[]
  /** Whether browsers send cookies and certificates along. Tokens and keys in headers need it not. Default: false. */
  readonly credentials?: boolean
  /** How long browsers remember the answer, in whole seconds. Default 600. */
  readonly maxAgeSeconds?: number
}

/** By lower-case name. */
export type CorsHeaders = Readonly<Record<string, string>>

export interface Cors {
  /** Whether a browser asks, on behalf of a page, if a request may be sent. */
  isPreflight(raw: RawRequest): boolean
  /** What that is answered with; `undefined` when the page may not. */
  preflightHeaders(raw: RawRequest): CorsHeaders | undefined
  /** What every other answer says, whatever its status. */
  answerHeaders(raw: RawRequest): CorsHeaders
}

export interface CorsDefaults {
  readonly methods: readonly string[]
  readonly credentialHeaders: readonly string[]
}

const EXPOSED = ['WWW-Authenticate', 'Retry-After', 'X-Request-ID']
const NOTHING: CorsHeaders = Object.freeze({})

/** @throws TypeError for options that cannot be read, and for cookies with pages that are not named */
export function createCors(options: CorsOptions, defaults: CorsDefaults): Cors {
  const known = ['origins', 'methods', 'headers', 'exposedHeaders', 'credentials', 'maxAgeSeconds']
  assertKnownKeys('boundary.cors', options, known)
  const { origins, credentials = false, maxAgeSeconds = 600, exposedHeaders = EXPOSED } = options
  const { methods = defaults.methods.filter((method) => method !== 'OPTIONS') } = options
  const { headers = [...defaults.credentialHeaders, 'content-type'] } = options
  assertLists({ methods, headers, exposedHeaders })
  assertBoolean('boundary.cors', 'credentials', credentials)
  if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 0) {
    throw invalidOption('boundary.cors', '"maxAgeSeconds" must be a whole number of seconds, 0 for none')
  }
  const allowed = allowedOrigins(origins, credentials)
  const withCookies = credentials ? { 'access-control-allow-credentials': 'true' } : NOTHING

  /** What a cache may not mix up: answers of a list of origins differ by origin, also where there is none. */
  function originHeaders({ headers: { origin } }: RawRequest): CorsHeaders {
    if (!allowed) return origin === undefined ? NOTHING : { 'access-control-allow-origin': '*' }
    if (typeof origin !== 'string' || !allowed.has(origin)) return { vary: 'Origin' }
    return { vary: 'Origin', 'access-control-allow-origin': origin, ...withCookies }
  }

  return {
    isPreflight: ({ method, headers: sent }) =>
      method === 'OPTIONS' && sent.origin !== undefined && sent['access-control-request-method'] !== undefined,
    preflightHeaders(raw) {
      const ours = originHeaders(raw)
      if (ours['access-control-allow-origin'] === undefined) return undefined
      return {
        ...ours,
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': headers.join(', '),
        'access-control-max-age': String(maxAgeSeconds),
      }
    },
    answerHeaders(raw) {
      const ours = originHeaders(raw)
      if (ours['access-control-allow-origin'] === undefined) return ours
      return { ...ours, 'access-control-expose-headers': exposedHeaders.join(', ') }
    },
  }
}

/** `undefined`: all of them. */
function allowedOrigins(origins: CorsOptions['origins'], credentials: boolean): ReadonlySet<string> | undefined {
  if (origins !== '*') {
    assertOrigins('boundary.cors', 'origins', origins)
    return new Set(origins)
  }
  if (credentials) {
    throw invalidOption(
      'boundary.cors',
      '"origins" must name the pages that may send cookies: "*" lets every page do so',
    )
  }
  return undefined
}

function assertLists(lists: Readonly<Record<string, unknown>>): void {
  for (const [name, list] of Object.entries(lists)) {
    assertStrings('boundary.cors', name, list)
    const bad = list.find((item) => item === '*' || !isToken(item))
    if (bad !== undefined)
      throw invalidOption('boundary.cors', `"${name}" holds ${JSON.stringify(bad)}; name each, without "*"`)
    if (name === 'methods' && list.some((method) => method !== method.toUpperCase())) {
      throw invalidOption('boundary.cors', '"methods" are upper-case')
    }
  }
}
