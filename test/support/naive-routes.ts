import type { Facts, Requirements } from '../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { Principal } from '../../lib/principal.ts'

/** A request to a plain path: nothing encoded, lower-case. */
export interface PlainRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly address: string
}

/** The rule that governs a request, found by looking at every one of them. It shares no code with what it judges. */
export function naiveRule(rules: readonly RouteRule[], request: PlainRequest): RouteRule | undefined {
  const candidates = rules.filter(
    (rule) => namesPath(rule.path, request.path) && namesHost(rule, request.host) && namesMethod(rule, request.method),
  )
  candidates.sort((one, other) => compare(specificity(one, request.host), specificity(other, request.host)))
  return candidates[0]
}

/** Whether a request passes, where policies, certificates and logins are not asked for. */
export function naiveDecision(rules: readonly RouteRule[], request: PlainRequest, principal: Principal): boolean {
  const rule = naiveRule(rules, request)
  if (!rule) return false
  if (rule.public || rule.anonymous) return true
  if (principal.kind === 'anonymous') return false
  return isMet(rule, rule.path, request, principal)
}

function isMet(asked: Requirements, pattern: string, request: PlainRequest, principal: Principal): boolean {
  const each = (one: Requirements) => isMet(one, pattern, request, principal)
  if (verdicts(asked, pattern, request, principal).some((verdict) => verdict !== 'yes')) return false
  if (asked.scopes && !holds(principal.scopes, asked.scopes)) return false
  if (asked.allOf && !asked.allOf.every(each)) return false
  if (asked.anyOf && !asked.anyOf.some(each)) return false
  return !asked.not || verdictOn(asked.not, pattern, request, principal) === 'no'
}

type Verdict = 'yes' | 'no' | 'unknown'

function verdictOn(facts: Requirements, pattern: string, request: PlainRequest, principal: Principal): Verdict {
  const all = verdicts(facts, pattern, request, principal)
  const inner = (one: Requirements) => verdictOn(one, pattern, request, principal)
  if (facts.allOf) all.push(...facts.allOf.map(inner))
  if (facts.anyOf) {
    const any = facts.anyOf.map(inner)
    all.push(any.includes('yes') ? 'yes' : any.includes('unknown') ? 'unknown' : 'no')
  }
  return all.includes('no') ? 'no' : all.includes('unknown') ? 'unknown' : 'yes'
}

function verdicts(asked: Facts, pattern: string, { path, address }: PlainRequest, principal: Principal): Verdict[] {
  const found: Verdict[] = []
  const within = (list: readonly string[] | undefined, value: string | undefined) => {
    if (list) found.push(value === undefined ? 'unknown' : list.includes(value) ? 'yes' : 'no')
  }
  within(asked.authenticators, principal.method)
  within(asked.issuers, principal.issuer)
  within(asked.clients, principal.clientId)
  within(
    asked.tenants?.map((tenant) =>
      tenant.startsWith(':') ? `${path.split('/')[pattern.split('/').indexOf(tenant)]}` : tenant,
    ),
    principal.tenantId,
  )
  if (asked.roles) found.push(holds(principal.roles, asked.roles) ? 'yes' : 'no')
  // Networks of whole bytes only.
  if (asked.networks) {
    const isIn = asked.networks.some((network) => address.startsWith(network.replace(/(?:\.0)+\/\d+$/, '.')))
    found.push(address === '' ? 'unknown' : isIn ? 'yes' : 'no')
  }
  return found
}

function holds(held: readonly string[], wanted: NonNullable<Requirements['roles']>): boolean {
  if ('any' in wanted) return wanted.any.some((name) => held.includes(name))
  return ('all' in wanted ? wanted.all : wanted).every((name) => held.includes(name))
}

function namesPath(pattern: string, path: string): boolean {
  const expression = pattern.replace(/\/\*\*$/, '(/.*)?').replace(/:[a-z]+/g, '[^/]+')
  return new RegExp(`^${expression}/?$`).test(path)
}

function namesHost({ hosts }: RouteRule, host: string): boolean {
  return !hosts || hosts.some((each) => each === host || (each.startsWith('*') && host.endsWith(each.slice(1))))
}

function namesMethod({ methods }: RouteRule, method: string): boolean {
  return !methods || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))
}

/** Segment by segment: a literal, one of any, the end, any number; then the host; then whether the method is named. */
function specificity({ path, hosts, methods }: RouteRule, host: string): string {
  const pieces = path.split('/').filter((piece) => piece !== '')
  const letters = pieces.map((piece) => (piece === '**' ? '3' : piece.startsWith(':') ? '1' : '0')).join('')
  const domains = hosts?.filter((each) => each.startsWith('*') && host.endsWith(each.slice(1))) ?? []
  const longest = Math.max(0, ...domains.map(({ length }) => length))
  const hostRank = hosts?.includes(host) ? 0 : longest > 0 ? 100 - longest : 100
  return `${letters.endsWith('3') ? letters : `${letters}2`} ${String(hostRank).padStart(3, '0')} ${methods ? 0 : 1}`
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
