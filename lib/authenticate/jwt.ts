import { assertKnownKeys } from '../options.ts'
import { authenticatorOf } from './access-token/compose.ts'
import { TOKEN_OPTIONS, type TokenOptions, tokenSettings } from './access-token/options.ts'
import type { Authenticator } from './authenticator.ts'
import { ISSUER_OPTIONS, type IssuerOptions } from './jwt/issuer.ts'
import { listedIssuers } from './jwt/issuers.ts'

export interface JwtOptions extends IssuerOptions, TokenOptions {}

const FACTORY = 'jwtAuthenticator'

/**
 * Bearer access tokens that are JWTs of one issuer (RFC 7519, RFC 6750, RFC 9068): signature, type, issuer, audience and
 * times, in that order. A verified token is remembered until it expires, or its key leaves the issuer's key set.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function jwtAuthenticator(options: JwtOptions): Authenticator {
  assertKnownKeys(FACTORY, options, [...ISSUER_OPTIONS, ...TOKEN_OPTIONS])
  const settings = tokenSettings(FACTORY, options)
  const { cache, cacheTtlSeconds, dpop, revocations, resourceMetadata, realm, fetch, now, warn, ...issuer } = options
  return authenticatorOf('jwt', listedIssuers(FACTORY, [issuer], settings), undefined, settings)
}
