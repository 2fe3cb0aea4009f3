import { assertStrings } from '../../options.ts'
import type { Fact } from './fact.ts'
import { assertTexts } from './texts.ts'

/** Which applications may call: `principal.clientId` is one of these. @throws TypeError for an empty list */
export function clientFact(clients: unknown): Fact {
  assertStrings('routes', 'clients', clients)
  assertTexts('clients', clients)
  const ids = new Set<string>(clients)
  return {
    name: `clients ${clients.join(' ')}`,
    reason: 'client',
    holds: ({ clientId }) => (clientId === undefined ? undefined : ids.has(clientId)),
  }
}
