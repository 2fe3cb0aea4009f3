import { AuthError } from './errors.ts'

export type AuthMethod = 'api-key' | 'jwt' | 'anonymous' | (string & {})

declare const made: unique symbol

/**
 * The authenticated party. Frozen, and a value: it never holds the credential itself, so it may be logged.
 * Only {@link createPrincipal} makes one, so every principal can be represented in headers.
 */
export interface Principal {
  /** A user header names a user, a client header names a client: RFC 9700 §4.15. */
  readonly kind: 'user' | 'client' | 'anonymous'
  /** Who it is about; for a client, its client id. */
  readonly subject: string
  readonly method: AuthMethod
  /** Which application made the call. */
  readonly clientId?: string
  readonly issuer?: string
  readonly tenantId?: string
  readonly email?: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Names a rate limit. */
  readonly tier?: string
  /** The token's `jti`, the key's id …: safe to log. */
  readonly credentialId?: string
  /** Epoch seconds of the login (`auth_time`). */
  readonly authenticatedAt?: number
  /** Epoch seconds. No cache, socket or signed identity outlives it. */
  readonly expiresAt?: number
  /** What the credential states besides. Frozen, to its depth. */
  readonly claims: Readonly<Record<string, unknown>>
  /** No object literal has it, so no other function can make a principal. */
  readonly [made]: true
}

export interface PrincipalFields {
  readonly kind: Principal['kind']
  readonly subject: string
  readonly method: AuthMethod
  readonly clientId?: string | undefined
  readonly issuer?: string | undefined
  readonly tenantId?: string | undefined
  readonly email?: string | undefined
  readonly roles?: readonly string[] | undefined
  readonly scopes?: readonly string[] | undefined
  readonly tier?: string | undefined
  readonly credentialId?: string | undefined
  readonly authenticatedAt?: number | undefined
  readonly expiresAt?: number | undefined
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

class Returned {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the fields below are added to this object
    return object
  }
}

/** What was worked out for a principal last, and for whom. */
export interface PrincipalMemo {
  owner: object | undefined
  value: unknown
}

/** Private fields on the object itself: what a WeakSet and a WeakMap would do, without their cost at every collection. */
class Made extends Returned {
  readonly #memo: PrincipalMemo = { owner: undefined, value: undefined }

  static has(value: object): boolean {
    return #memo in value
  }

  static memoOf(principal: object): PrincipalMemo {
    return (principal as Made).#memo
  }
}

/** A place to keep what is worked out for a principal, for as long as it lives. */
export function memoOf(principal: Principal): PrincipalMemo {
  return Made.memoOf(principal)
}

/** Whether {@link createPrincipal} made it. A structural double is no principal. */
export function isPrincipal(value: unknown): value is Principal {
  return typeof value === 'object' && value !== null && Made.has(value)
}

const MAX_TEXT_LENGTH = 512
const MAX_LIST_LENGTH = 4096
const MAX_CLAIM_DEPTH = 16
const TEXT_FIELDS = ['subject', 'method', 'clientId', 'issuer', 'tenantId', 'email', 'tier', 'credentialId'] as const
/** Printable ASCII that no header parser trims. */
const TEXT = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
/** Neither the comma that joins roles in a header, nor white space that a backend might split at. */
const ROLE = /^[\x21-\x2b\x2d-\x7e]+$/
/** RFC 6749 §3.3, less the comma. */
const SCOPE = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/

/** Whether a principal can have such a role: no other is ever met. */
export function isRole(text: string): boolean {
  return ROLE.test(text)
}

/** Whether a principal can have such a client id, tenant or the like. */
export function isPrincipalText(text: string): boolean {
  return text.length <= MAX_TEXT_LENGTH && TEXT.test(text)
}

/**
 * Makes a principal, or says why what the credential claims is no principal. What cannot be represented in a header
 * is refused, never coerced and never cut: `viewer,admin` must not become two roles behind us.
 * @returns the principal, or the `invalid_token` error to reject the credential with
 */
export function createPrincipal(fields: PrincipalFields): Principal | AuthError {
  const problem = unrepresentable(fields)
  if (problem) return new AuthError('invalid_token', { reason: `${problem} cannot be represented` })
  const { kind, subject, method, clientId, issuer, tenantId, email, tier, credentialId } = fields
  const principal: Record<string, unknown> = { kind, subject, method }
  if (clientId !== undefined) principal.clientId = clientId
  if (issuer !== undefined) principal.issuer = issuer
  if (tenantId !== undefined) principal.tenantId = tenantId
  if (email !== undefined) principal.email = email
  if (tier !== undefined) principal.tier = tier
  if (credentialId !== undefined) principal.credentialId = credentialId
  if (fields.authenticatedAt !== undefined) principal.authenticatedAt = fields.authenticatedAt
  if (fields.expiresAt !== undefined) principal.expiresAt = fields.expiresAt
  principal.roles = Object.freeze([...(fields.roles ?? [])])
  principal.scopes = Object.freeze([...(fields.scopes ?? [])])
  principal.claims = frozenCopy(fields.claims ?? {})
  new Made(principal)
  return Object.freeze(principal) as unknown as Principal
}

function unrepresentable(fields: PrincipalFields): string | undefined {
  for (const name of TEXT_FIELDS) {
    const value: unknown = fields[name]
    if (value === undefined && name !== 'subject' && name !== 'method') continue
    if (typeof value !== 'string' || !isPrincipalText(value)) return name
  }
  if (!isList(fields.roles, ROLE)) return 'roles'
  if (!isList(fields.scopes, SCOPE)) return 'scopes'
  for (const name of ['authenticatedAt', 'expiresAt'] as const) {
    if (fields[name] !== undefined && !Number.isFinite(fields[name])) return name
  }
  if (fields.claims !== undefined && isDeeperThan(fields.claims, MAX_CLAIM_DEPTH)) return 'claims'
  return undefined
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1))
}

function isList(value: unknown, item: RegExp): boolean {
  if (value === undefined) return true
  if (!Array.isArray(value)) return false
  let length = 0
  for (const entry of value) {
    if (typeof entry !== 'string' || !item.test(entry)) return false
    length += entry.length + 1
  }
  return length <= MAX_LIST_LENGTH
}

/** Without a prototype, so that no look-up finds `constructor`, and no `__proto__` claim becomes one. */
function frozenCopy(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(claims)) {
    const value = claims[name]
    copy[name] = typeof value === 'object' && value !== null ? frozenDeep(value) : value
  }
  return Object.freeze(copy)
}

function frozenDeep(value: object): unknown {
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item) => (typeof item === 'object' && item !== null ? frozenDeep(item) : item)))
  }
  return frozenCopy(value as Record<string, unknown>)
}
