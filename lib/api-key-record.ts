import { type AllowedRoute, isAllowedRoute, parseAllowedRoute } from './allowed-route.ts'
import { type Networks, parseNetworks } from './network.ts'
import type { PrincipalFields } from './principal.ts'
import type { RequestView } from './request-view.ts'
import type { ApiKeyRecord } from './store/key-store.ts'

/** Who stands behind a key: the user it acts for, or else its owner, a client. */
export function principalFieldsOfKey(record: ApiKeyRecord): PrincipalFields {
  return {
    kind: record.userId === undefined ? 'client' : 'user',
    subject: record.userId ?? record.owner,
    method: 'api-key',
    clientId: record.owner,
    tenantId: record.tenantId,
    tier: record.tier,
    roles: record.roles,
    scopes: record.scopes,
    credentialId: record.id,
    expiresAt: endOf(record),
  }
}

/** When a key stops working by itself: its expiry, or the end of its grace. */
export function endOf({ expiresAt, graceUntil }: Pick<ApiKeyRecord, 'expiresAt' | 'graceUntil'>): number | undefined {
  if (expiresAt === undefined || graceUntil === undefined) return expiresAt ?? graceUntil
  return Math.min(expiresAt, graceUntil)
}

/**
 * Why a key does not work, in a word for the log: it is no longer good, or of an environment that is not accepted here.
 * Its caller is told the same whichever it is.
 */
export function keyProblem(record: ApiKeyRecord, environments: ReadonlySet<string>, now: number): string | undefined {
  if (!environments.has(record.environment)) return 'environment'
  if (record.revokedAt !== undefined) return 'revoked'
  if (record.graceUntil !== undefined && !(now < record.graceUntil)) return 'rotated'
  return record.expiresAt !== undefined && !(now < record.expiresAt) ? 'expired' : undefined
}

export interface Limits {
  readonly networks: Networks | undefined
  readonly routes: readonly AllowedRoute[] | undefined
}

const NO_LIMITS: Limits = { networks: undefined, routes: undefined }

/** Parsed once for each record that a store or cache hands out. */
const limits = new WeakMap<ApiKeyRecord, Limits>()

/** Why a good key may not be used for a request, in a word for the log: where it comes from, or where it goes. */
export function limitProblem(record: ApiKeyRecord, request: RequestView): string | undefined {
  const { networks, routes } = limitsOf(record)
  if (networks && !networks.has(request.clientAddress)) return 'key network'
  return routes && !routes.some((route) => isAllowedRoute(route, request)) ? 'key route' : undefined
}

/** @throws TypeError when the networks or routes of a record cannot be read */
export function limitsOf(record: ApiKeyRecord): Limits {
  const { allowedNetworks, allowedRoutes } = record
  if (allowedNetworks === undefined && allowedRoutes === undefined) return NO_LIMITS
  let known = limits.get(record)
  if (!known) {
    known = {
      networks: allowedNetworks && parseNetworks('api key', 'allowedNetworks', allowedNetworks),
      routes: allowedRoutes?.map(parseAllowedRoute),
    }
    limits.set(record, known)
  }
  return known
}
