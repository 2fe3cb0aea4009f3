import { createHash } from 'node:crypto'
import type { OpeningTimes } from '../../lib/authorize/requirements/times.ts'
import type { Facts, Requirements } from '../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { Principal } from '../../lib/principal.ts'

/** A request to a plain path: nothing encoded, lower-case. */
export interface PlainRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly address: string
  /** Epoch seconds. */
  readonly at: number
  /** The DER of the certificate that came along. */
  readonly certificate: string | undefined
  /** Whether a server is there to be asked about the token. */
  readonly canAsk: boolean
}

/** Roles that include others, for every table. */
export const HIERARCHY: Readonly<Record<string, readonly string[]>> = { admin: ['editor'], editor: ['viewer', 'guest'] }

/** The rule that governs a request, found by looking at every one of them. It shares no code with what it judges. */
export function naiveRule(rules: readonly RouteRule[], request: PlainRequest): RouteRule | undefined {
  const candidates = rules.filter(
    (rule) => namesPath(rule.path, request.path) && namesHost(rule, request.host) && namesMethod(rule, request.method),
  )
  candidates.sort((one, other) => compare(specificity(one, request.host), specificity(other, request.host)))
  return candidates[0]
}

/** Whether a request passes. What a policy decides is in its name: `yes` and `no`; any other fails. */
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
  if (asked.policy && asked.policy.name !== 'yes') return false
  if (asked.certificate && !hasCertificate(request, principal)) return false
  if (asked.freshIntrospection && !request.canAsk) return false
  if (asked.stepUp && ![asked.stepUp].flat().some((each) => hasLogin(each, request, principal))) return false
  if (asked.allOf && !asked.allOf.every(each)) return false
  if (asked.anyOf && !asked.anyOf.some(each)) return false
  return !asked.not || verdictOn(asked.not, pattern, request, principal) === 'no'
}

/** RFC 8705, section 3.1. */
export function thumbprintOf(certificate: string): string {
  return createHash('sha256').update(certificate).digest('base64url')
}

function hasCertificate({ certificate }: PlainRequest, { method, claims }: Principal): boolean {
  const bound = (claims.cnf as { 'x5t#S256'?: string } | undefined)?.['x5t#S256']
  return method === 'mtls' || (certificate !== undefined && thumbprintOf(certificate) === bound)
}

function hasLogin(
  { acrValues, maxAgeSeconds }: { readonly acrValues?: readonly string[]; readonly maxAgeSeconds?: number },
  { at }: PlainRequest,
  { kind, claims, authenticatedAt }: Principal,
): boolean {
  if (kind !== 'user' || (acrValues && !acrValues.includes(String(claims.acr)))) return false
  if (maxAgeSeconds === undefined) return true
  return authenticatedAt !== undefined && authenticatedAt <= at + 60 && authenticatedAt + maxAgeSeconds >= at
}

/** The networks of the random tables, and what the addresses in them begin with. */
const NETWORKS: Readonly<Record<string, string>> = {
  '10.0.0.0/8': '10.',
  '192.0.2.0/24': '192.0.2.',
  '2001:db8::/32': '2001:db8:',
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

function verdicts(asked: Facts, pattern: string, { path, address, at }: PlainRequest, principal: Principal): Verdict[] {
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
  if (asked.roles) found.push(holds(principal.roles.flatMap(included), asked.roles) ? 'yes' : 'no')
  if (asked.times) found.push([asked.times].flat().some((times) => isOpen(times, at)) ? 'yes' : 'no')
  if (asked.networks) {
    const plain = address.replace(/^::ffff:/, '')
    const isIn = asked.networks.some((network) => plain.startsWith(NETWORKS[network] ?? 'unknown'))
    found.push(address === '' ? 'unknown' : isIn ? 'yes' : 'no')
  }
  return found
}

function included(role: string): readonly string[] {
  return [role, ...(HIERARCHY[role] ?? []).flatMap(included)]
}

/** Read off a wall clock, as text: `2026-03-29 01:30`. */
function wallClock(at: number, zone: string): string {
  const key = `${at} ${zone}`
  const shown = SHOWN.get(key) ?? new Date(at * 1000).toLocaleString('sv-SE', { timeZone: zone }).slice(0, 16)
  SHOWN.set(key, shown)
  return shown
}

const SHOWN = new Map<string, string>()

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const yesterday = (date: string) => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)

/** One window, if any. */
function isOpen({ zone, days, hours = '00:00-24:00', holidays = [] }: OpeningTimes, at: number): boolean {
  const [today = '', clock = ''] = wallClock(at, zone).split(' ')
  const opensOn = (date: string) =>
    (days?.some((day) => day === WEEK[new Date(date).getUTCDay()]) ?? true) &&
    !holidays.some((holiday) => date.endsWith(holiday))
  const [from = '', to = ''] = String(hours).split('-')
  if (from < to) return from <= clock && clock < to && opensOn(today)
  return (clock >= from && opensOn(today)) || (clock < to && opensOn(yesterday(today)))
}

function holds(held: readonly string[], wanted: NonNullable<Requirements['roles']>): boolean {
  if ('any' in wanted) return wanted.any.some((name) => held.includes(name))
  return ('all' in wanted ? wanted.all : wanted).every((name) => held.includes(name))
}

function namesPath(pattern: string, path: string): boolean {
  const isOpenEnded = pattern.endsWith('/**')
  const fixed = (isOpenEnded ? pattern.slice(0, -3) : pattern).replace(/:[a-z]+|\*/g, '[^/]+')
  const expression = `${fixed}${isOpenEnded ? '(/.*)?' : ''}`
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
  const letters = pieces.map((piece) => (piece === '**' ? '3' : /^[:*]/.test(piece) ? '1' : '0')).join('')
  const domains = hosts?.filter((each) => each.startsWith('*') && host.endsWith(each.slice(1))) ?? []
  const longest = Math.max(0, ...domains.map(({ length }) => length))
  const hostRank = hosts?.includes(host) ? 0 : longest > 0 ? 100 - longest : 100
  return `${letters.endsWith('3') ? letters : `${letters}2`} ${String(hostRank).padStart(3, '0')} ${methods ? 0 : 1}`
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
