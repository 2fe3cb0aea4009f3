import type { OfferedCredentials } from '../../offered-credentials.ts'
import { assertStrings, invalidOption } from '../../options.ts'
import { didYouMean } from '../../suggestion.ts'
import type { Fact } from './fact.ts'

/** The methods of this package's authenticators. */
const KNOWN: readonly string[] = ['api-key', 'jwt', 'introspection', 'mtls', 'hmac', 'http-signature', 'anonymous']

/**
 * Which kinds of credential a route takes: `principal.method` is one of these.
 * @throws TypeError for an empty list, for a kind that there is not, and when the boundary takes none of these
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

/** One that this boundary does not take may stand beside one that it takes: tables are shared, and OpenAPI knows tokens only. */
function assertOffered(names: readonly string[], methods: readonly string[]): void {
  const there = `the authenticators of the boundary are ${methods.join(', ')}`
  const unknown = names.find((name) => !methods.includes(name) && !KNOWN.includes(name))
  if (unknown !== undefined) {
    const likely = didYouMean(unknown, methods) || didYouMean(unknown, KNOWN)
    throw invalidOption('routes', `"authenticators" holds "${unknown}", which there is not.${likely} Now ${there}`)
  }
  if (names.some((name) => methods.includes(name))) return
  throw invalidOption('routes', `"authenticators" holds only what nobody can present, ${names.join(', ')}; ${there}`)
}
