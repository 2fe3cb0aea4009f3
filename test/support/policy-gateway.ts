import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import type { Principal } from '../../lib/principal.ts'
import { boundary } from '../../middleware/boundary.ts'
import { headerAuthenticator } from './fake-authenticator.ts'
import { principal } from './outcomes.ts'
import { type ReceivedAnswer, sendRequest } from './send-request.ts'
import { serve } from './serve.ts'

/** A gateway with rules of a test, for alice, bob and carol by name. What it lets through is counted. */
export interface PolicyGateway {
  readonly port: number
  send(who: string, path: string, method?: string): Promise<ReceivedAnswer>
  statusFor(who: string, path: string, method?: string): Promise<number>
  /** How many requests were let through. */
  reached(): number
}

const PEOPLE: Readonly<Record<string, Principal>> = {
  alice: principal({ subject: 'alice', roles: ['editor'], scopes: ['orders'], tenantId: 'acme' }),
  bob: principal({ subject: 'bob', roles: ['viewer'], scopes: ['orders'] }),
  carol: principal({ subject: 'carol' }),
}

export async function policyGateway(
  routes: readonly RouteRule[],
  options: Partial<BoundaryOptions> = {},
): Promise<PolicyGateway> {
  let reached = 0
  const gate = boundary({ authenticate: headerAuthenticator('x-api-key', PEOPLE), routes, ...options })
  const port = await serve((request, response) =>
    gate(request, response, () => {
      reached++
      response.end('in')
    }),
  )
  const send = (who: string, path: string, method = 'GET') =>
    sendRequest(port, { path, method, headers: [['X-API-Key', who]] })
  return {
    ...{ port, send },
    statusFor: async (who, path, method) => (await send(who, path, method)).status,
    reached: () => reached,
  }
}
