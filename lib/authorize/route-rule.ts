import { type Clock, systemClock } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { assertKnownKeys, assertStrings, invalidOption } from '../options.ts'
import type { Principal } from '../principal.ts'
import type { RequestView } from '../request-view.ts'
import { ALLOW, type Decision, type Policy } from './policy.ts'
import type { Requirement } from './requirement.ts'
import { rolePolicy } from './roles.ts'
import { scopePolicy } from './scopes.ts'
import { type StepUp, stepUpPolicy } from './step-up.ts'

/** What a route asks for. It says so: a rule without any of these is refused. */
export interface RouteRule {
  /** Literal segments, `:name` and `*` for one segment, `**` at the end for any number of them, none included. */
  readonly path: string
  /** Default: every method that no other rule for the path names. `HEAD` follows `GET`. */
  readonly methods?: readonly string[]
  /** Nobody is asked who they are, and no credential is looked at. */
  readonly public?: true
  /** Any principal but the anonymous. */
  readonly authenticated?: true
  /** Any principal, the anonymous included, if the boundary's authenticator offers `anonymous()`. */
  readonly anonymous?: true
  readonly scopes?: Requirement
  readonly roles?: Requirement
  /** How, and how lately, the user must have signed in; of several alternatives any is enough: RFC 9470. */
  readonly stepUp?: StepUp
}

/** A rule, ready to decide. */
export interface CompiledRule {
  /** The rule in words, for events: `GET /orders/**`. */
  readonly id: string
  readonly isPublic: boolean
  /** `undefined`: every method. */
  readonly methods: readonly string[] | undefined
  decide(principal: Principal, request: RequestView): Decision
}

const ASKS = ['public', 'authenticated', 'anonymous', 'scopes', 'roles', 'stepUp'] as const

/** The rule in words: `GET /orders/**`. */
export function idOfRule({ methods, path }: Pick<RouteRule, 'methods' | 'path'>): string {
  return `${Array.isArray(methods) ? methods.join(',') : '*'} ${path}`
}

export function compileRule(rule: RouteRule, now: Clock = systemClock): CompiledRule {
  assertKnownKeys('routes', rule, ['path', 'methods', ...ASKS])
  const id = idOfRule(rule)
  const asks = ASKS.filter((name) => rule[name] !== undefined)
  if (asks.length === 0) {
    throw invalidOption(
      'routes',
      `"${id}" asks for nothing; say public, authenticated, anonymous, scopes, roles or stepUp`,
    )
  }
  if (asks.length > 1 && (rule.public !== undefined || rule.anonymous !== undefined)) {
    throw invalidOption(
      'routes',
      `"${id}" is ${rule.public ? 'public' : 'anonymous'} and asks for more; decide for one`,
    )
  }
  for (const name of ['public', 'authenticated', 'anonymous'] as const) {
    if (rule[name] !== undefined && rule[name] !== true)
      throw invalidOption('routes', `"${id}": "${name}" can only be true`)
  }
  // What the caller cannot mend comes first: nobody is sent for another token, or to log in again, for nothing.
  const policies: Policy[] = []
  if (rule.roles !== undefined) policies.push(rolePolicy(rule.roles))
  if (rule.scopes !== undefined) policies.push(scopePolicy(rule.scopes))
  if (rule.stepUp !== undefined) policies.push(stepUpPolicy(rule.stepUp, { now }))
  return {
    id,
    isPublic: rule.public === true,
    methods: checkedMethods(rule.methods, id),
    decide: (principal, request) => decide(principal, request, policies, rule.anonymous === true),
  }
}

function decide(
  principal: Principal,
  request: RequestView,
  policies: readonly Policy[],
  admitsAnonymous: boolean,
): Decision {
  if (principal.kind === 'anonymous' && !admitsAnonymous) {
    return { allow: false, error: new AuthError('unauthenticated', { reason: 'anonymous' }) }
  }
  for (const policy of policies) {
    const decision = policy.decide(principal, request) as Decision
    if (!decision.allow) return decision
  }
  return ALLOW
}

function checkedMethods(methods: unknown, id: string): readonly string[] | undefined {
  if (methods === undefined) return undefined
  assertStrings('routes', 'methods', methods)
  for (const method of methods) {
    if (!/^[A-Z][A-Z-]*$/.test(method)) throw invalidOption('routes', `"${id}": a method is upper-case`)
  }
  return methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : methods
}
