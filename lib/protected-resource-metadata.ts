import {
  assertBoolean,
  assertEndpoint,
  assertKnownKeys,
  assertString,
  assertStrings,
  invalidOption,
} from './options.ts'

/** What clients may know of an API before they have a token for it: RFC 9728 §2. */
export interface ProtectedResourceMetadataOptions {
  /** The API's identifier, which tokens' `aud` names: an https: URL as clients use it, `https://api.example.com/mcp`. */
  readonly resource: string
  /** The issuers whose tokens are accepted here. */
  readonly authorizationServers: readonly string[]
  /** Scopes that a client may ask for. Need not be all. */
  readonly scopesSupported?: readonly string[]
  /** The algorithms that DPoP proofs may be signed with (RFC 9449 §7.1). */
  readonly dpopSigningAlgValuesSupported?: readonly string[]
  /** Whether tokens must be bound to a key by DPoP. */
  readonly dpopBoundAccessTokensRequired?: boolean
  /** Whether tokens may be bound to a client certificate (RFC 8705). */
  readonly tlsClientCertificateBoundAccessTokens?: boolean
  /** For people. */
  readonly resourceName?: string
  /** A page for developers. */
  readonly resourceDocumentation?: string
  readonly resourcePolicyUri?: string
  readonly resourceTosUri?: string
}

/** The metadata of one API, ready to be served. */
export interface ProtectedResourceMetadata {
  /** Where clients find it (RFC 9728 §3.1): what the option `resourceMetadata` of authenticators wants. */
  readonly url: string
  readonly document: Readonly<Record<string, unknown>>
}

const FACTORY = 'protectedResourceMetadata'

/** Without a path after it, it is that of a whole host: RFC 9728 §3. */
export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource'

/** Options that are links for people, and the members they become. */
const PAGES = {
  resourceDocumentation: 'resource_documentation',
  resourcePolicyUri: 'resource_policy_uri',
  resourceTosUri: 'resource_tos_uri',
} as const

const KNOWN = [
  ...['resource', 'authorizationServers', 'scopesSupported', 'dpopSigningAlgValuesSupported'],
  ...['dpopBoundAccessTokensRequired', 'tlsClientCertificateBoundAccessTokens', 'resourceName', ...Object.keys(PAGES)],
]

/**
 * Describes an API to clients that know nothing of it but its URL, such as those of MCP (RFC 9728). Tokens are taken in
 * the header only, so it says that, and there is no option for it.
 * @throws TypeError when an option is missing, unknown, or no client could use it
 */
export function protectedResourceMetadata(options: ProtectedResourceMetadataOptions): ProtectedResourceMetadata {
  assertKnownKeys(FACTORY, options, KNOWN)
  const { resource, authorizationServers, scopesSupported, resourceName } = options
  const url = metadataUrlOf(resource)
  assertStrings(FACTORY, 'authorizationServers', authorizationServers)
  for (const issuer of authorizationServers) assertIdentifier('authorizationServers', issuer)
  if (scopesSupported !== undefined) assertScopes(scopesSupported)
  if (resourceName !== undefined) assertString(FACTORY, 'resourceName', resourceName)
  const document = {
    resource,
    authorization_servers: [...authorizationServers],
    ...(scopesSupported && { scopes_supported: [...scopesSupported] }),
    bearer_methods_supported: ['header'],
    ...boundTokens(options),
    ...(resourceName !== undefined && { resource_name: resourceName }),
    ...pages(options),
  }
  return Object.freeze({ url, document: Object.freeze(document) })
}

/** RFC 9728 §3.1: the well-known path goes between the host and the path of the resource. */
function metadataUrlOf(resource: string): string {
  const { origin, pathname } = assertIdentifier('resource', resource)
  return origin + RESOURCE_METADATA_PATH + (pathname === '/' ? '' : pathname)
}

/** Clients compare identifiers as text, and insert into them: one spelling counts, without a query (RFC 9728 §1.2, §3.3). */
function assertIdentifier(name: string, value: unknown): URL {
  assertEndpoint(FACTORY, name, value, false)
  const text = String(value)
  const url = new URL(text)
  if (/[?#]/.test(text)) throw invalidOption(FACTORY, `"${name}" must hold neither a query nor a fragment`)
  if (url.href !== text && url.href !== `${text}/`) {
    throw invalidOption(FACTORY, `"${name}" must be spelled "${url.href}": clients compare it as text`)
  }
  return url
}

/** RFC 6749 §3.3. */
function assertScopes(scopes: readonly string[]): void {
  assertStrings(FACTORY, 'scopesSupported', scopes)
  if (scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) return
  throw invalidOption(FACTORY, '"scopesSupported" holds what is no scope (RFC 6749 section 3.3)')
}

function boundTokens(options: ProtectedResourceMetadataOptions): Readonly<Record<string, unknown>> {
  const { dpopSigningAlgValuesSupported: algorithms, dpopBoundAccessTokensRequired: required } = options
  const { tlsClientCertificateBoundAccessTokens: byCertificate } = options
  if (algorithms !== undefined) {
    assertStrings(FACTORY, 'dpopSigningAlgValuesSupported', algorithms)
    if (algorithms.some((each) => /^(?:none|HS\d*)$/i.test(each))) {
      throw invalidOption(FACTORY, '"dpopSigningAlgValuesSupported" must hold algorithms of public keys, such as ES256')
    }
  }
  if (required !== undefined) assertBoolean(FACTORY, 'dpopBoundAccessTokensRequired', required)
  if (byCertificate !== undefined) assertBoolean(FACTORY, 'tlsClientCertificateBoundAccessTokens', byCertificate)
  if (required && !algorithms) {
    throw invalidOption(FACTORY, '"dpopBoundAccessTokensRequired" needs "dpopSigningAlgValuesSupported"')
  }
  return {
    ...(algorithms && { dpop_signing_alg_values_supported: [...algorithms] }),
    ...(required !== undefined && { dpop_bound_access_tokens_required: required }),
    ...(byCertificate !== undefined && { tls_client_certificate_bound_access_tokens: byCertificate }),
  }
}

function pages(options: ProtectedResourceMetadataOptions): Readonly<Record<string, string>> {
  const members: Record<string, string> = {}
  for (const [name, member] of Object.entries(PAGES)) {
    const page = options[name as keyof typeof PAGES]
    if (page === undefined) continue
    assertEndpoint(FACTORY, name, page, false)
    members[member] = page
  }
  return members
}
