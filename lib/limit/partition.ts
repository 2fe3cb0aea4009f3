import { type NetworkPrefixes, networkOf } from '../network.ts'
import type { Principal } from '../principal.ts'
import type { RequestView } from '../request-view.ts'

/**
 * What requests can have in common. `user`, `client`, `tenant` and `credential` of a principal that has none are the
 * principal itself, so that nobody escapes a limit by lacking something.
 */
export type LimitDimension = 'network' | 'credential' | 'user' | 'client' | 'tenant' | 'tier' | 'route'

export const LIMIT_DIMENSIONS: readonly string[] = [
  ...['network', 'credential', 'user', 'client', 'tenant', 'tier', 'route'],
]

/** Whether what has it in common is one caller's, and nobody else's. */
export function isOwn(dimension: LimitDimension): boolean {
  return dimension === 'credential' || dimension === 'user' || dimension === 'client' || dimension === 'tenant'
}

/** A request, as far as it is known. */
export interface Counted {
  readonly request: Pick<RequestView, 'clientAddress'>
  /** The id of the route rule that governs it; empty when there is none. */
  readonly route: string
  readonly principal: Principal | undefined
}

/** What a request is counted under. No field of a principal holds a line break, so no two are spelled alike. */
export function partitionOf(
  by: readonly LimitDimension[],
  { request, route, principal }: Counted,
  prefixes: NetworkPrefixes,
): string {
  let partition = ''
  for (const dimension of by) {
    if (dimension === 'network') partition += `\nnetwork ${networkOf(request.clientAddress, prefixes)}`
    else if (dimension === 'route') partition += `\nroute ${route}`
    else if (principal) partition += `\n${ofPrincipal(dimension, principal, request.clientAddress, prefixes)}`
  }
  return partition
}

function ofPrincipal(
  dimension: Exclude<LimitDimension, 'network' | 'route'>,
  principal: Principal,
  clientAddress: string,
  prefixes: NetworkPrefixes,
): string {
  const { kind, subject, issuer = '', tenantId, tier = '', credentialId } = principal
  if (dimension === 'tier') return `tier ${tier}`
  // All the anonymous together would have what one is meant to have.
  if (kind === 'anonymous') return `anonymous ${networkOf(clientAddress, prefixes)}`
  if (dimension === 'tenant' && tenantId !== undefined) return `tenant ${tenantId}`
  if (dimension === 'credential' && credentialId !== undefined) return `credential ${issuer}\n${credentialId}`
  const clientId = principal.clientId ?? (kind === 'client' ? subject : undefined)
  if (dimension === 'client' && clientId !== undefined) return `client ${issuer}\n${clientId}`
  return `${kind} ${issuer}\n${subject}`
}
