import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { ROUTES_FILE } from '../../examples/gateway/rules-config.ts'
import type { Requirement } from '../../lib/authorize/requirement.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'

const { routes } = parse(readFileSync(ROUTES_FILE, 'utf8')) as { readonly routes: readonly RouteRule[] }

/** Who is asking, as far as the example's routes look. */
export interface Asker {
  readonly isKnown: boolean
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/**
 * Whether the example's routes let somebody reach a plain path. Read from the routes in the simplest way there is: it
 * judges what a backend would serve, so it shares no code with what it judges.
 */
export function mayReach(asker: Asker, method: string, path: string): boolean {
  const plain = fold(path).replace(/\/$/, '')
  const candidates = routes.filter((rule) => {
    const start = fold(rule.path.replace(/\/\*\*$/, ''))
    const names = plain === start || (rule.path.endsWith('/**') && plain.startsWith(`${start}/`))
    return names && (!rule.methods || rule.methods.includes(method === 'HEAD' ? 'GET' : method))
  })
  const rule = candidates.find(({ methods }) => methods) ?? candidates[0]
  if (!rule) return false
  if (rule.public) return true
  return asker.isKnown && holds(asker.scopes, rule.scopes) && holds(asker.roles, rule.roles)
}

/** The example lists what it wants, and a list means all of it. */
function holds(held: readonly string[], wanted: Requirement | undefined): boolean {
  if (wanted === undefined) return true
  if (!('every' in wanted)) throw new Error('the example has a requirement that is no list')
  return wanted.every((name) => held.includes(name))
}

/** A server on a file system that ignores case. */
function fold(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase()
}
