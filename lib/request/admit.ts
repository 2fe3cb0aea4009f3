import { AuthError } from '../errors.ts'
import type { HeaderRules } from '../header-rules.ts'
import { type Networks, noNetworks, parseNetworks } from '../network.ts'
import { assertPositiveNumber, assertStrings, invalidOption } from '../options.ts'
import type { RawRequest, RequestView } from '../request-view.ts'
import { AdmittedRequest } from './admitted-request.ts'
import type { PathOptions } from './canonical-path.ts'
import { canonicalTargets } from './canonical-target.ts'
import { forwardedOrigin } from './forwarded.ts'
import { parseHost } from './host.ts'
import type { ReceivedHeaders } from './received-headers.ts'

export interface AdmissionOptions {
  /** The `Host` names this gateway answers for, without ports; all when absent. Others get 421. */
  readonly hosts?: readonly string[]
  /** Methods that are let in at all. Default: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS. */
  readonly methods?: readonly string[]
  /** Addresses and CIDR ranges of the proxies whose `X-Forwarded-*` and `X-Request-ID` are believed. Default: none. */
  readonly trustedProxies?: readonly string[]
  readonly path?: PathOptions
  /** Requests with more header fields are refused. Default 200. */
  readonly maxHeaderFields?: number
}

export type Admission = (raw: RawRequest, headers: ReceivedHeaders) => RequestView | AuthError

export const DEFAULT_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** TRACE echoes credentials back (RFC 9110 §9.3.8); CONNECT opens tunnels. */
const REFUSED_METHODS = ['TRACE', 'CONNECT']

/** The first stage: what is malformed, or could mean two things, is turned away before anything looks at it. */
export function createAdmission(options: AdmissionOptions, rules: HeaderRules): Admission {
  const readTarget = canonicalTargets(options.path)
  const methods = new Set(checkedMethods(options.methods))
  const { maxHeaderFields = 200 } = options
  assertPositiveNumber('boundary', 'maxHeaderFields', maxHeaderFields, 1)
  const hosts = checkedHosts(options.hosts)
  const trustedProxies = checkedProxies(options.trustedProxies)

  return (raw, headers) => {
    if (raw.truncated || raw.rawHeaders.length > 2 * maxHeaderFields) {
      // What was dropped may have framed the body: older Node.js still reads it by a Transfer-Encoding that nobody sees.
      return malformed('header fields', 'There are too many header fields.')
    }
    if (headers.problem) return headers.problem
    if (raw.httpVersion !== '1.1' && raw.httpVersion !== '1.0')
      return malformed('version', 'Only HTTP/1.1 and 1.0 are spoken.')
    if (raw.httpVersion === '1.0' && headers.forwarded.headers['transfer-encoding'] !== undefined) {
      // RFC 9112 §6.1: its framing is faulty, and the next hop may frame it otherwise.
      return malformed('transfer-encoding', 'HTTP/1.0 has no Transfer-Encoding.')
    }
    if (!methods.has(raw.method)) return malformed('method', 'This method is not accepted here.')
    const target = readTarget(raw.target)
    if (!target) return malformed('target', 'The request target is not in canonical form.')
    const host = readHost(raw, headers.host, hosts)
    if (host instanceof AuthError) return host
    const origin = forwardedOrigin(raw, headers.host, trustedProxies)
    if (!origin) return malformed('x-forwarded-for', 'The chain of proxies cannot be read.')
    return new AdmittedRequest(raw, target, host, origin, headers.credentials, rules)
  }
}

function readHost(raw: RawRequest, field: string, hosts: ReadonlySet<string> | undefined): string | AuthError {
  const host = field === '' && raw.httpVersion === '1.0' ? '' : parseHost(field)
  if (host === undefined) return malformed('host', 'The Host header is not valid.')
  return hosts && !hosts.has(host) ? new AuthError('misdirected_request', { reason: 'host' }) : host
}

function malformed(reason: string, detail: string): AuthError {
  return new AuthError('invalid_request', { reason, detail })
}

function checkedMethods(methods: readonly string[] = DEFAULT_METHODS): readonly string[] {
  assertStrings('boundary', 'methods', methods)
  for (const method of methods) {
    if (!/^[A-Z][A-Z-]*$/.test(method) || REFUSED_METHODS.includes(method)) {
      throw invalidOption('boundary', `"methods" holds "${method}"; a method is upper-case, and never TRACE or CONNECT`)
    }
  }
  return methods
}

function checkedHosts(hosts: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (hosts === undefined) return undefined
  assertStrings('boundary', 'hosts', hosts)
  const names = hosts.map((host) => {
    const name = parseHost(host)
    if (name === undefined || name !== host.toLowerCase()) {
      throw invalidOption('boundary', `"hosts" holds "${host}"; a host is a name or address without scheme and port`)
    }
    return name
  })
  return new Set(names)
}

function isEverybody(network: unknown): boolean {
  return typeof network === 'string' && /\/0+$/.test(network)
}

function checkedProxies(trustedProxies: unknown): Networks {
  if (trustedProxies === undefined) return noNetworks
  if (trustedProxies === true || (Array.isArray(trustedProxies) && trustedProxies.some(isEverybody))) {
    throw invalidOption(
      'boundary',
      '"trustedProxies" must list your proxies: to trust every peer is to trust every client',
    )
  }
  return Array.isArray(trustedProxies) && trustedProxies.length === 0
    ? noNetworks
    : parseNetworks('boundary', 'trustedProxies', trustedProxies)
}
