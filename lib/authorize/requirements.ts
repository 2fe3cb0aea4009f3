import { DEFAULT_DEADLINE_MS } from '../deadline.ts'
import { type Clock, systemClock } from '../effects.ts'
import type { OfferedCredentials } from '../offered-credentials.ts'
import { assertFunction, assertKnownKeys, invalidOption } from '../options.ts'
import type { Policy } from './policy.ts'
import { headersSetBy } from './policy-headers.ts'
import type { PolicyRoute } from './policy-route.ts'
import type { Requirement } from './requirement.ts'
import { everyPolicy } from './requirements/all-of.ts'
import { somePolicy } from './requirements/any-of.ts'
import { askedPolicy } from './requirements/asked-policy.ts'
import { authenticatorFact } from './requirements/authenticators.ts'
import { certificatePolicy } from './requirements/certificate.ts'
import { clientFact } from './requirements/clients.ts'
import { everyFact, type Fact, negated, policyOf, someFact } from './requirements/fact.ts'
import { assertCanIntrospect, freshIntrospectionPolicy } from './requirements/fresh-introspection.ts'
import { issuerFact } from './requirements/issuers.ts'
import { networkFact } from './requirements/networks.ts'
import { compileHierarchy, type RoleHierarchy, type RolesFor } from './requirements/role-hierarchy.ts'
import { tenantFact } from './requirements/tenants.ts'
import { type Times, timeFact } from './requirements/times.ts'
import { roleFact } from './roles.ts'
import { scopePolicy } from './scopes.ts'
import { type StepUp, stepUpPolicy } from './step-up.ts'

/** What is so of a principal and a request, or is not: its contrary can be asked for. All that is said must be so. */
export interface Facts {
  /** Which kinds of credential are taken, such as `api-key`: `principal.method` is one of these. */
  readonly authenticators?: readonly string[]
  /** Whose word it is: `principal.issuer` is one of these. */
  readonly issuers?: readonly string[]
  /** Which applications may call: `principal.clientId` is one of these. */
  readonly clients?: readonly string[]
  /** Of which tenant: `principal.tenantId` is one of these; `:name` stands for what the path has there. */
  readonly tenants?: readonly string[]
  readonly roles?: Requirement
  /** Addresses and CIDR ranges that the client may come from. */
  readonly networks?: readonly string[]
  /** When: days and hours in a time zone. */
  readonly times?: Times
}

/** Facts, and alternatives among them, that `not` may deny. */
export interface DeniableFacts extends Facts {
  readonly allOf?: readonly DeniableFacts[]
  readonly anyOf?: readonly DeniableFacts[]
}

/** What a route asks of those who call it. All that is said is asked for. */
export interface Requirements extends Facts {
  /** A certificate that stands for the caller: it is authenticated by it, or its token is bound to it (RFC 8705). */
  readonly certificate?: true
  /**
   * The authorization server is asked about the token for this very request: RFC 7662. Nothing remembered is believed, and
   * who presents what no server is asked about is denied.
   */
  readonly freshIntrospection?: true
  readonly scopes?: Requirement
  /** Somebody else's decision. */
  readonly policy?: Policy
  /** How, and how lately, the user must have signed in; of several alternatives any is enough: RFC 9470. */
  readonly stepUp?: StepUp
  readonly allOf?: readonly Requirements[]
  /** One of these is enough. */
  readonly anyOf?: readonly Requirements[]
  /** What must not be so. What a caller could leave out (a scope, a certificate, a login) cannot be denied. */
  readonly not?: DeniableFacts
}

export interface RequirementOptions {
  readonly now?: Clock | undefined
  readonly roleHierarchy?: RoleHierarchy | undefined
  /** Bounds a policy; then 503. Default 10,000. */
  readonly deadlineMs?: number | undefined
}

/** What requirements are compiled with. */
export interface RequirementContext {
  readonly now: Clock
  readonly rolesFor: RolesFor
  readonly deadlineMs: number
  /** Where the path's `:name` segments are. */
  readonly parameters: ReadonlyMap<string, number> | undefined
  /** What callers can present; `undefined` when it is not known. */
  readonly offered: OfferedCredentials | undefined
  /** The route whose requirements they are; `undefined` when they are of none. */
  readonly route: PolicyRoute | undefined
}

const FACTS: Readonly<Record<keyof Facts, (value: unknown, context: RequirementContext) => Fact>> = {
  networks: networkFact,
  times: (value, { now }) => timeFact(value, now),
  authenticators: (value, { offered }) => authenticatorFact(value, offered),
  issuers: (value, { offered }) => issuerFact(value, offered),
  clients: clientFact,
  tenants: (value, { parameters }) => tenantFact(value, parameters),
  roles: (value, { rolesFor }) => roleFact(value, rolesFor),
}
const FACT_NAMES = Object.keys(FACTS) as readonly (keyof Facts)[]
const DENIABLE: readonly string[] = [...FACT_NAMES, 'allOf', 'anyOf']

/** Every member of `Requirements`. */
export const REQUIREMENTS: readonly string[] = [
  ...DENIABLE,
  'not',
  'certificate',
  'freshIntrospection',
  'scopes',
  'policy',
  'stepUp',
]

/**
 * Requirements as one policy, for `authorize()` and the like. `tenants` can name no segment of a path here.
 * @throws TypeError for what asks for nothing, or cannot be read
 */
export function requirementPolicy(requirements: Requirements, options: RequirementOptions = {}): Policy {
  assertKnownKeys('requirementPolicy', options, ['now', 'roleHierarchy', 'deadlineMs'])
  const context = requirementContext(options)
  const forRoute = (route?: PolicyRoute) => everyPolicy(compileRequirements(requirements, { ...context, route }))
  return { ...forRoute(), asksFreshly: asksFreshly(requirements), forRoute }
}

export function requirementContext(options: RequirementOptions): RequirementContext {
  const { now = systemClock, roleHierarchy, deadlineMs = DEFAULT_DEADLINE_MS } = options
  const nowhere = { parameters: new Map<string, number>(), offered: undefined, route: undefined }
  return { now, rolesFor: compileHierarchy(roleHierarchy), deadlineMs, ...nowhere }
}

/**
 * The policies that requirements stand for, in the order they are asked in. What the caller cannot mend comes first, and
 * what costs the least: nobody is sent for another token, or to log in again, for nothing.
 * @throws TypeError for what asks for nothing, or cannot be read
 */
export function compileRequirements(requirements: Requirements, context: RequirementContext): readonly Policy[] {
  assertAsks(requirements, REQUIREMENTS)
  const { not, certificate, freshIntrospection, allOf, anyOf, scopes, policy, stepUp } = requirements
  const compile = (each: Requirements) => everyPolicy(compileRequirements(each, context))
  const policies: Policy[] = factsIn(requirements, context).map(policyOf)
  if (not !== undefined) policies.push(policyOf(negated(deniableFact(not, context))))
  if (certificate !== undefined) policies.push(certificatePolicy(certificate, context.offered))
  if (freshIntrospection !== undefined) policies.push(freshIntrospectionPolicy(freshIntrospection, context.offered))
  if (allOf !== undefined) policies.push(everyPolicy(assertList('allOf', allOf).map(compile)))
  if (anyOf !== undefined) policies.push(somePolicy(assertList('anyOf', anyOf).map(compile)))
  if (scopes !== undefined) policies.push(scopePolicy(scopes))
  if (policy !== undefined) policies.push(askedPolicy(policyFor(context, policy), context.deadlineMs))
  if (stepUp !== undefined) policies.push(stepUpPolicy(stepUp, { now: context.now }))
  return policies
}

/** Whether an authorization server is asked whatever is remembered, for the sake of any of these. */
export function asksFreshly({ freshIntrospection, policy, allOf = [], anyOf = [] }: Requirements): boolean {
  return freshIntrospection === true || policy?.asksFreshly === true || [...allOf, ...anyOf].some(asksFreshly)
}

function factsIn(facts: Facts, context: RequirementContext): Fact[] {
  return FACT_NAMES.filter((name) => facts[name] !== undefined).map((name) => FACTS[name](facts[name], context))
}

function deniableFact(facts: DeniableFacts, context: RequirementContext): Fact {
  const undeniable = Object.keys(Object(facts)).find((name) => REQUIREMENTS.includes(name) && !DENIABLE.includes(name))
  if (undeniable !== undefined) {
    throw invalidOption(
      'routes',
      `"not" holds "${undeniable}", which a caller could leave out; ask for it, never for its lack`,
    )
  }
  assertAsks(facts, DENIABLE)
  const { allOf, anyOf } = facts
  const within = { ...context, parameters: undefined }
  const compile = (each: DeniableFacts) => deniableFact(each, within)
  const compiled = factsIn(facts, within)
  if (allOf !== undefined) compiled.push(everyFact(assertList('allOf', allOf).map(compile)))
  if (anyOf !== undefined) compiled.push(someFact(assertList('anyOf', anyOf).map(compile)))
  return everyFact(compiled)
}

function assertAsks(requirements: object, known: readonly string[]): void {
  assertKnownKeys('routes', requirements, known)
  if (Object.values(requirements).every((value) => value === undefined)) {
    throw invalidOption('routes', `what asks for nothing lets everybody in; say one of ${known.join(', ')}`)
  }
}

function assertList<T>(name: string, list: readonly T[]): readonly T[] {
  if (Array.isArray(list) && list.length > 0) return list
  throw invalidOption('routes', `"${name}" must be a list of at least one`)
}

function policyFor({ route, offered }: RequirementContext, policy: Policy): Policy {
  assertFunction('routes', 'policy.decide', policy?.decide)
  if (policy.asksFreshly === true) assertCanIntrospect(offered)
  if (route === undefined || policy.forRoute === undefined) return policy
  const bound = policy.forRoute(route)
  assertFunction('routes', 'policy.forRoute().decide', bound?.decide)
  assertSetsNoMore(bound, policy)
  return bound
}

/** What a policy may set is known before its routes are: they may come from a file that changes. */
function assertSetsNoMore(bound: Policy, policy: Policy): void {
  const known = headersSetBy([policy])
  const more = headersSetBy([bound]).find((name) => !known.includes(name))
  if (more !== undefined) {
    throw invalidOption('routes', `"policy.forRoute()" sets "${more}", which is not among the policy's "setsHeaders"`)
  }
}
