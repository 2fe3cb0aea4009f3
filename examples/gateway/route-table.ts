import { type NamedPolicies, type RoutesFile, routesFromFile } from 'gatewarden'
import { ROUTES_FILE, type RulesConfig } from './rules-config.ts'

/**
 * The table in `routes.yaml`. It is read again when it changes; one that is bad changes nothing.
 * @throws TypeError that tells file, line and what to do
 */
export function gatewayRoutes(
  { routesFile = ROUTES_FILE, adminNetworks, businessHours }: RulesConfig,
  policies: NamedPolicies,
): RoutesFile {
  return routesFromFile(routesFile, {
    policies,
    ...(adminNetworks && { networks: { admin: adminNetworks } }),
    ...(businessHours && { times: { business: businessHours } }),
    warn: (message) => console.error(`gateway: ${message}`),
  })
}
