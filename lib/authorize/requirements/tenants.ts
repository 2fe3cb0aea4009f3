import { assertStrings, invalidOption } from '../../options.ts'
import { segmentAt } from '../policy-route.ts'
import type { Fact } from './fact.ts'
import { assertTexts } from './texts.ts'

/**
 * Whose data may be reached: `principal.tenantId` is one of these, compared exactly. `:name` stands for what the path has
 * there, exactly as well: `/tenants/ACME` is no path of the tenant `acme`, though routes are matched without case.
 * @param parameters where the path's `:name` segments are; `undefined` where none may be asked for
 * @throws TypeError for an empty list, or a parameter that the path doesn't have
 */
export function tenantFact(tenants: unknown, parameters: ReadonlyMap<string, number> | undefined): Fact {
  assertStrings('routes', 'tenants', tenants)
  assertTexts('tenants', tenants)
  const named = new Set(tenants.filter((tenant) => !tenant.startsWith(':')))
  const places = tenants.filter((tenant) => tenant.startsWith(':')).map((name) => placeOf(name, parameters))
  return {
    name: `tenants ${tenants.join(' ')}`,
    reason: 'tenant',
    holds: ({ tenantId }, { path }) =>
      tenantId === undefined
        ? undefined
        : named.has(tenantId) || places.some((place) => segmentAt(path, place) === tenantId),
  }
}

function placeOf(name: string, parameters: ReadonlyMap<string, number> | undefined): number {
  if (!parameters)
    throw invalidOption('routes', `"tenants" holds "${name}", which only a rule itself can ask for, not "not"`)
  const place = parameters.get(name.slice(1))
  if (place === undefined) throw invalidOption('routes', `"tenants" holds "${name}", and the path has no such segment`)
  return place
}
