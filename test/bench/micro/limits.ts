import { createPrincipal, type LimitRule, type Principal } from 'gatewarden'
import { AuthError } from '../../../lib/errors.ts'
import { createLimiter } from '../../../lib/limit/limiter.ts'
import type { RequestView } from '../../../lib/request-view.ts'
import type { Stage } from './clock.ts'

/** So many that none of them is ever refused. */
const WINDOWS = [{ quota: 10_000_000, windowSeconds: 60 }]
const CLIENT: LimitRule = { name: 'client', by: 'client', windows: WINDOWS }
const RULES: readonly LimitRule[] = [
  { ...CLIENT, windows: [...WINDOWS, { quota: 100_000_000, windowSeconds: 3_600 }] },
  { name: 'credential', by: 'credential', windows: WINDOWS },
  { name: 'tenant', by: ['tenant', 'route'], windows: WINDOWS },
]
const CLIENTS = 10_000
const NO_ROUTE = { id: '' }

/** The limits alone, in memory. */
export function limitStages(requestOf: () => RequestView): readonly Stage[] {
  const principals = Array.from({ length: CLIENTS }, (_, index) => clientOf(index))
  const byNetwork = createLimiter({ rules: [{ ...CLIENT, by: 'network' }] })
  const byClient = createLimiter({ rules: [CLIENT] })
  const byMany = createLimiter({ rules: RULES })
  const request = requestOf()
  const prepare = (index: number) => principals[index % CLIENTS]
  return [
    { name: 'limit: by network', prepare: requestOf, run: (one: RequestView) => byNetwork.countNetwork(one, NO_ROUTE) },
    { name: 'limit: by client', prepare, run: (one: Principal) => byClient.countPrincipal(one, request, NO_ROUTE) },
    {
      name: 'limit: 3 rules, 4 windows',
      prepare,
      run: (one: Principal) => byMany.countPrincipal(one, request, NO_ROUTE),
    },
  ]
}

function clientOf(index: number): Principal {
  const id = `client-${index}`
  const made = createPrincipal({
    kind: 'client',
    subject: id,
    clientId: id,
    method: 'api-key',
    tenantId: id,
    credentialId: id,
  })
  if (made instanceof AuthError) throw made
  return made
}
