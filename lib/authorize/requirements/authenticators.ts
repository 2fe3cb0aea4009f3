import { assertStrings } from '../../options.ts'
import type { Fact } from './fact.ts'

/** Which kinds of credential a route takes: `principal.method` is one of these. @throws TypeError for an empty list */
export function authenticatorFact(authenticators: unknown): Fact {
  assertStrings('routes', 'authenticators', authenticators)
  const methods = new Set<string>(authenticators)
  return {
    name: `authenticators ${authenticators.join(' ')}`,
    reason: 'authenticator',
    holds: ({ method }) => methods.has(method),
  }
}
