import { isIntrospectedNow } from '../../introspected-now.ts'
import type { OfferedCredentials } from '../../offered-credentials.ts'
import { invalidOption } from '../../options.ts'
import { ALLOW, deny, type Policy } from '../policy.ts'

/**
 * An authorization server was asked about the credential for this very request: RFC 7662. Who came another way is denied.
 * @throws TypeError when no authenticator of the boundary can ask
 */
export function freshIntrospectionPolicy(freshIntrospection: unknown, offered?: OfferedCredentials): Policy {
  if (freshIntrospection !== true) throw invalidOption('routes', '"freshIntrospection" can only be true')
  assertCanIntrospect(offered)
  return {
    name: 'fresh introspection',
    asksFreshly: true,
    decide: (principal, request) => (isIntrospectedNow(request, principal) ? ALLOW : deny('not introspected now')),
  }
}

/** @throws TypeError when no authenticator of the boundary can ask */
export function assertCanIntrospect(offered: OfferedCredentials | undefined): void {
  if (!offered || offered.canIntrospect) return
  const remedy = 'give one "introspection", or leave it out'
  throw invalidOption(
    'routes',
    `"freshIntrospection" needs an authenticator that asks a server about tokens; ${remedy}`,
  )
}
