import { assertKnownKeys } from '../options.ts'
import { authenticatorOf } from './access-token/compose.ts'
import { TOKEN_OPTIONS, type TokenOptions, tokenSettings } from './access-token/options.ts'
import type { Authenticator } from './authenticator.ts'
import { introspectionSettings, SERVER_OPTIONS, type ServerOptions } from './introspection/options.ts'

export interface IntrospectionOptions extends ServerOptions, Omit<TokenOptions, 'cacheTtlSeconds' | 'fetch'> {}

const FACTORY = 'introspectionAuthenticator'

/**
 * Access tokens that only their authorization server can read: it is asked (RFC 7662), once for many requests at once,
 * and its answer is believed for a short time, never beyond the token's `exp`. When it cannot be asked, or refuses to
 * talk to us, that is 503 and never a bad token.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function introspectionAuthenticator(options: IntrospectionOptions): Authenticator {
  assertKnownKeys(FACTORY, options, [...SERVER_OPTIONS, ...TOKEN_OPTIONS])
  const { cache, dpop, revocations, resourceMetadata, realm, now, warn, ...server } = options
  const settings = tokenSettings(FACTORY, options)
  return authenticatorOf('introspection', undefined, introspectionSettings(FACTORY, server, settings), settings)
}
