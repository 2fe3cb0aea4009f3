import { DependencyError } from '../../errors.ts'
import type { BoundedFetchOptions } from '../../fetch-bounded.ts'
import { fetchJson } from '../../fetch-json.ts'
import { isLocalUrl } from '../../local-url.ts'
import { assertEndpoint } from '../../options.ts'

/**
 * Where an issuer publishes its keys: OpenID Connect Discovery 1.0 §4, then RFC 8414 §3. The document must name exactly
 * the issuer that was asked (RFC 8414 §3.3): otherwise one issuer could speak for another. Only an issuer on this machine
 * may send us to this machine.
 * @throws DependencyError when there is no usable document
 */
export async function discoverJwksUri(
  issuer: string,
  allowHttp: boolean,
  options: BoundedFetchOptions,
): Promise<string> {
  const metadata = await fetchMetadata(issuer, options)
  const { issuer: named, jwks_uri: jwksUri } = (metadata ?? {}) as { issuer?: unknown; jwks_uri?: unknown }
  if (named !== issuer) throw new DependencyError('discovery', 'the document is of another issuer')
  try {
    assertEndpoint('discovery', 'jwks_uri', jwksUri, allowHttp)
    assertNotLocal(jwksUri as string, issuer)
  } catch (cause) {
    throw new DependencyError('discovery', 'the document has no usable jwks_uri', { cause })
  }
  return jwksUri as string
}

/** Whoever runs a tenant's issuer must not have us call what listens for this machine only. */
function assertNotLocal(jwksUri: string, issuer: string): void {
  if (isLocalUrl(jwksUri) && !isLocalUrl(issuer))
    throw new TypeError('discovery: "jwks_uri" is on this machine, or its link')
}

const NOT_FOUND = 404

async function fetchMetadata(issuer: string, options: BoundedFetchOptions): Promise<unknown> {
  const [openIdUrl, oauthUrl] = metadataUrls(issuer)
  try {
    return await fetchJson('discovery', openIdUrl, options)
  } catch (error) {
    if (!(error instanceof DependencyError && error.status === NOT_FOUND)) throw error
    return fetchJson('discovery', oauthUrl, options)
  }
}

/** OpenID Connect appends to the issuer's path; RFC 8414 §3.1 inserts before it. */
export function metadataUrls(issuer: string): readonly [string, string] {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  return [
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
  ]
}
