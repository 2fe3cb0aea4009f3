import { assertKnownKeys } from '../options.ts'
import { authenticatorOf } from './access-token/compose.ts'
import { TOKEN_OPTIONS, type TokenOptions, tokenSettings } from './access-token/options.ts'
import type { Authenticator } from './authenticator.ts'
import { introspectionSettings, type ServerOptions } from './introspection/options.ts'
import type { IssuerOptions } from './jwt/issuer.ts'
import { issuersOf } from './jwt/issuers.ts'
import type { IssuerResolver } from './jwt/resolved-issuers.ts'

export interface AccessTokenOptions extends TokenOptions {
  /** Issuers of JWTs: a list, or a function that finds one by its name, such as a tenant's. */
  readonly issuers: readonly IssuerOptions[] | IssuerResolver
  /** Whom to ask about tokens that are no JWTs. Without it they are refused. */
  readonly introspection?: ServerOptions
}

const FACTORY = 'accessTokenAuthenticator'

/**
 * Access tokens of several issuers (RFC 6750). A token's form decides who judges it: a JWT its issuer's keys, anything
 * else its authorization server. No token is tried twice.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function accessTokenAuthenticator(options: AccessTokenOptions): Authenticator {
  assertKnownKeys(FACTORY, options, [...TOKEN_OPTIONS, 'issuers', 'introspection'])
  const settings = tokenSettings(FACTORY, options)
  const issuers = issuersOf(FACTORY, options.issuers, settings)
  const { introspection } = options
  const server = introspection === undefined ? undefined : introspectionSettings(FACTORY, introspection, settings)
  return authenticatorOf('access-token', issuers, server, settings)
}
