import { isIP } from 'node:net'
import { parseNetworks } from '../../network.ts'
import type { Fact } from './fact.ts'

/**
 * Where a request comes from: the client's address, as admitted, is in one of these networks. IPv4, IPv6 and IPv4 written
 * as IPv6 are understood. @throws TypeError for what is no address and no range
 */
export function networkFact(networks: unknown): Fact {
  const { has } = parseNetworks('routes', 'networks', networks)
  return {
    name: `networks ${(networks as readonly string[]).join(' ')}`,
    reason: 'network',
    // Of a connection that is already gone, nobody can tell.
    holds: (_principal, { clientAddress }) => (isIP(clientAddress) === 0 ? undefined : has(clientAddress)),
  }
}
