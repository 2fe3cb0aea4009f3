import type { OfferedCredentials } from '../../offered-credentials.ts'
import { assertStrings, invalidOption } from '../../options.ts'
import { didYouMean } from '../../suggestion.ts'
import type { Fact } from './fact.ts'

/** The methods of this package's authenticators. */
const KNOWN: readonly string[] = ['api-key', 'jwt', 'introspection', 'mtls', 'hmac', 'http-signature', 'anonymous']

/**
 * Which kinds of credential a route takes: `principal.method` is one of these.
 * @throws TypeError for an empty list, and for a kind that there is not, here or in this package
 */
export function authenticatorFact(authenticators: unknown, offered?: OfferedCredentials): Fact {
  assertStrings('routes', 'authenticators', authenticators)
  if (offered) assertOffered(authenticators, offered.methods)
  const methods = new Set<string>(authenticators)
  return {
    name: `authenticators ${authenticators.join(' ')}`,
    reason: 'authenticator',
    holds: ({ method }) => methods.has(method),
  }
}

/**
 * A kind of this package that the boundary does not take may be asked for: tables are shared by gateways that take more and
 * less, and whoever cannot come is let in nowhere.
 */
function assertOffered(names: readonly string[], methods: readonly string[]): void {
  const unknown = names.find((name) => !methods.includes(name) && !KNOWN.includes(name))
  if (unknown === undefined) return
  const likely = didYouMean(unknown, methods) || didYouMean(unknown, KNOWN)
  throw invalidOption(
    'routes',
    `"authenticators" holds "${unknown}", which there is not.${likely} The boundary's are ${methods.join(', ')}`,
  )
}
