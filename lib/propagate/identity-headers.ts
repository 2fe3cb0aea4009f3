import { assertClaimPath, type ClaimPath, readClaim } from '../claim-path.ts'
import { AuthError } from '../errors.ts'
import { foldHeaderName, isManageable } from '../header-name.ts'
import { isHeaderValue, MAX_VALUE_LENGTH } from '../header-value.ts'
import { assertBoolean, assertKnownKeys, invalidOption } from '../options.ts'
import { memoOf, type Principal } from '../principal.ts'

/** Default names of the headers that carry an identity upstream; `false` sends none, and still lets no client send it. */
export const IDENTITY_HEADERS = {
  userId: 'X-User-ID',
  email: 'X-User-Email',
  roles: 'X-User-Roles',
  tenantId: 'X-Tenant-ID',
  method: 'X-Auth-Method',
  requestId: 'X-Request-ID',
  clientId: 'X-Client-ID',
  clientRoles: 'X-Client-Roles',
} as const

/** Of who was known by a certificate, what backends expect of a proxy that ends TLS. */
const CERTIFICATE_CLAIMS: readonly (readonly [string, ClaimPath])[] = [
  ['x-client-cn', ['certificate', 'commonName']],
  ['x-client-serial', ['certificate', 'serialNumber']],
  ['x-client-verify', ['certificate', 'verify']],
]
const CERTIFICATE_HEADERS = CERTIFICATE_CLAIMS.map(([name]) => name)

export type IdentityField = keyof typeof IDENTITY_HEADERS

export interface IdentityOptions {
  readonly headers?: Readonly<Partial<Record<IdentityField, string | false>>>
  /**
   * Tell of a client's certificate: `X-Client-CN`, `X-Client-Serial` and `X-Client-Verify` (`SUCCESS`). Only for who was known
   * by one. Default false. No client may send them, whether or not.
   */
  readonly certificate?: boolean
  /** Further headers, each from a claim: `{ 'X-Department': 'department' }`. A string, or a list of strings. */
  readonly claims?: Readonly<Record<string, ClaimPath>>
}

export interface IdentityHeaders {
  /** Every name that only the gateway sets, sent or not. */
  readonly managed: readonly string[]
  /** The name of the request id's header, lower-case, unless it is switched off. */
  readonly requestIdName: string | undefined
  /** The headers for a principal, by lower-case name; or why one of its claims cannot be one. */
  of(principal: Principal): Readonly<Record<string, string>> | AuthError
}

/** Printable ASCII, without the comma that joins a list and without white space. */
const ITEM = /^[\x21-\x2b\x2d-\x7e]+$/

/**
 * What the upstream is told. A user header names a user, a client header a client: a client that registers under a
 * user's id gains nothing (RFC 9700 §4.15).
 * @param qualified whether several issuers can name a subject; then `issuer|subject` is sent
 */
export function identityHeaders(options: IdentityOptions, qualified: boolean): IdentityHeaders {
  assertKnownKeys('boundary.identity', options, ['headers', 'claims', 'certificate'])
  const { certificate: tellsCertificate = false } = options
  assertBoolean('boundary.identity', 'certificate', tellsCertificate)
  const names = checkedNames(options.headers ?? {})
  const claims = checkedClaims(options.claims ?? {})
  const certificate = tellsCertificate ? CERTIFICATE_CLAIMS : []
  const configured = Object.values(names).filter((name) => name !== undefined)
  assertDistinct([...configured, ...Object.keys(options.claims ?? {}), ...certificate.map(([name]) => name)])
  const all = [
    ...Object.values(IDENTITY_HEADERS),
    ...configured,
    ...claims.map(([name]) => name),
    ...CERTIFICATE_HEADERS,
  ]
  return {
    managed: all,
    requestIdName: names.requestId,
    of(principal) {
      const memo = memoOf(principal)
      if (memo.owner !== names) {
        memo.value = headersOf(
          principal,
          names,
          principal.method === 'mtls' ? [...claims, ...certificate] : claims,
          qualified,
        )
        memo.owner = names
      }
      return memo.value as ReturnType<typeof headersOf>
    },
  }
}

type Names = Readonly<Record<IdentityField, string | undefined>>

function headersOf(
  principal: Principal,
  names: Names,
  claims: readonly (readonly [string, ClaimPath])[],
  qualified: boolean,
): Readonly<Record<string, string>> | AuthError {
  const headers: Record<string, string> = {}
  const set = (name: string | undefined, value: string | undefined) => {
    if (name !== undefined && value !== undefined && value !== '') headers[name] = value
  }
  const qualify = (id: string | undefined) =>
    qualified && id !== undefined && principal.issuer !== undefined ? `${principal.issuer}|${id}` : id
  const roles = principal.roles.join(',')
  if (principal.kind === 'user') {
    set(names.userId, qualify(principal.subject))
    set(names.email, principal.email)
    set(names.roles, roles)
  } else if (principal.kind === 'client') {
    set(names.clientRoles, roles)
  }
  set(
    names.clientId,
    qualify(principal.kind === 'client' ? (principal.clientId ?? principal.subject) : principal.clientId),
  )
  set(names.tenantId, principal.tenantId)
  set(names.method, principal.method)
  for (const [name, path] of claims) {
    const value = readClaim(principal.claims, path)
    if (value === undefined) continue
    const text = representation(value)
    if (text === undefined) return new AuthError('invalid_token', { reason: `${name} cannot be represented` })
    set(name, text)
  }
  return Object.freeze(headers)
}

function representation(value: unknown): string | undefined {
  if (!Array.isArray(value)) return isHeaderValue(value) ? value : undefined
  if (!value.every((item) => typeof item === 'string' && ITEM.test(item))) return undefined
  const text = value.join(',')
  return text.length <= MAX_VALUE_LENGTH ? text : undefined
}

function checkedNames(headers: NonNullable<IdentityOptions['headers']>): Names {
  const fields = Object.keys(IDENTITY_HEADERS) as IdentityField[]
  assertKnownKeys('boundary.identity.headers', headers, fields)
  const entries = fields.map((field) => {
    const name = headers[field] ?? IDENTITY_HEADERS[field]
    if (name !== false) assertHeaderName(name)
    return [field, name === false ? undefined : name.toLowerCase()] as const
  })
  return Object.fromEntries(entries) as Names
}

function checkedClaims(claims: Readonly<Record<string, ClaimPath>>): (readonly [string, ClaimPath])[] {
  return Object.entries(claims).map(([name, path]) => {
    assertHeaderName(name)
    assertClaimPath('boundary.identity.claims', name, path)
    return [name.toLowerCase(), path] as const
  })
}

/** A backend that folds names reads two spellings as one header. */
function assertDistinct(names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    const folded = foldHeaderName(name)
    if (seen.has(folded)) throw invalidOption('boundary.identity', `two fields have the same header name: "${name}"`)
    seen.add(folded)
  }
}

function assertHeaderName(name: unknown): asserts name is string {
  if (!isManageable(name)) {
    throw invalidOption(
      'boundary.identity',
      `"${String(name)}" is no name for an identity header; use one like X-User-ID`,
    )
  }
}
