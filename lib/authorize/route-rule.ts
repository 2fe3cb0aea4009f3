import type { Awaitable } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { assertKnownKeys, assertStrings, invalidOption } from '../options.ts'
import type { Principal } from '../principal.ts'
import type { RequestView } from '../request-view.ts'
import { ALLOW, type Decision, type Policy } from './policy.ts'
import { headersSetBy } from './policy-headers.ts'
import { policyRoute } from './policy-route.ts'
import { everyPolicy } from './requirements/all-of.ts'
import {
  asksFreshly,
  compileRequirements,
  REQUIREMENTS,
  type RequirementContext,
  type Requirements,
} from './requirements.ts'
import { parametersOf } from './route-pattern.ts'
import { checkedHosts } from './rule-hosts.ts'

/** What a route asks for. It says so: a rule that asks for nothing is refused. */
export interface RouteRule extends Requirements {
  /** Literal segments, `:name` and `*` for one segment, `**` at the end for any number of them, none included. */
  readonly path: string
  /** Default: every method that no other rule for the path names. `HEAD` follows `GET`. */
  readonly methods?: readonly string[]
  /** Names without port, or `*.example.com`. Default: every host that no other rule for the path names. */
  readonly hosts?: readonly string[]
  /** What a request counts for in the boundary's `limits`: a whole number; 0 is not counted. Default 1. */
  readonly cost?: number
  /** Nobody is asked who they are, and no credential is looked at. */
  readonly public?: true
  /** Any principal but the anonymous. */
  readonly authenticated?: true
  /** Any principal, the anonymous included, if the boundary's authenticator offers `anonymous()`. */
  readonly anonymous?: true
}

/** A rule, ready to decide. */
export interface CompiledRule {
  /** The rule in words, for events: `GET /orders/**`. */
  readonly id: string
  readonly isPublic: boolean
  /** What a request counts for in limits; `undefined` when it is not said here. */
  readonly cost: number | undefined
  /** Whether the authorization server is to be asked about the token for each request. */
  readonly asksFreshly: boolean
  /** As it is written. */
  readonly path: string
  /** `undefined`: every method. */
  readonly methods: readonly string[] | undefined
  /** `undefined`: every host. */
  readonly hosts: readonly string[] | undefined
  /** What it asks for, in words and in the order it is asked: `roles admin`. */
  readonly asks: readonly string[]
  /** What else it asks of who is known, in the same order. */
  readonly policies: readonly Policy[]
  /** Whether who presents nothing may pass. */
  readonly admitsAnonymous: boolean
  /** The headers that its policies may set, lower-case. */
  readonly setsHeaders: readonly string[]
  /** At once, unless a policy of the rule answers later. */
  decide(principal: Principal, request: RequestView): Awaitable<Decision>
}

const WHO = ['public', 'authenticated', 'anonymous'] as const

/** The rule in words: `GET /orders/**`, `* api.example.com/orders/**`. */
export function idOfRule({ methods, hosts, path }: Pick<RouteRule, 'methods' | 'hosts' | 'path'>): string {
  return `${Array.isArray(methods) ? methods.join(',') : '*'} ${Array.isArray(hosts) ? hosts.join(',') : ''}${path}`
}

/** @throws TypeError for a rule that asks for nothing or for what contradicts itself, or that cannot be read */
export function compileRule(rule: RouteRule, context: RequirementContext): CompiledRule {
  assertKnownKeys('routes', rule, ['path', 'methods', 'hosts', 'cost', ...WHO, ...REQUIREMENTS])
  const id = idOfRule(rule)
  try {
    return compile(rule, id, context)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw invalidOption('routes', `"${id}" ${error.message.replace(/^routes: /, '')}`)
  }
}

function compile(rule: RouteRule, id: string, context: RequirementContext): CompiledRule {
  const { path, methods, hosts, cost, public: isPublic, authenticated, anonymous, ...requirements } = rule
  assertSaysWho(rule, requirements)
  const policies = isEmpty(requirements) ? [] : compileRequirements(requirements, contextOf(id, String(path), context))
  return {
    id,
    path,
    isPublic: isPublic === true,
    cost: checkedCost(cost),
    asksFreshly: asksFreshly(requirements),
    methods: checkedMethods(methods),
    hosts: checkedHosts(hosts),
    asks: [...WHO.filter((name) => rule[name]), ...policies.map(({ name }) => name)],
    setsHeaders: headersSetBy(policies),
    policies,
    admitsAnonymous: anonymous === true,
    decide: decisionBy(policies, anonymous === true),
  }
}

function checkedCost(cost: unknown): number | undefined {
  if (cost === undefined || (typeof cost === 'number' && Number.isSafeInteger(cost) && cost >= 0)) return cost
  throw invalidOption('routes', '"cost" must be a whole number of at least 0')
}

function contextOf(id: string, path: string, context: RequirementContext): RequirementContext {
  const parameters = parametersOf(path)
  return { ...context, parameters, route: policyRoute(id, path, parameters) }
}

function isEmpty(requirements: Requirements): boolean {
  return Object.values(requirements).every((value) => value === undefined)
}

function assertSaysWho(rule: RouteRule, requirements: Requirements): void {
  const who = WHO.filter((name) => rule[name] !== undefined)
  if (who.length === 0 && isEmpty(requirements)) {
    throw invalidOption(
      'routes',
      `asks for nothing; say ${[...WHO, 'scopes', 'roles'].join(', ')} or another of ${REQUIREMENTS.join(', ')}`,
    )
  }
  const asksForMore = who.length > 1 || !isEmpty(requirements)
  if (asksForMore && (rule.public !== undefined || rule.anonymous !== undefined)) {
    throw invalidOption('routes', `is ${rule.public ? 'public' : 'anonymous'} and asks for more; decide for one`)
  }
  for (const name of who) {
    if (rule[name] !== true) throw invalidOption('routes', `"${name}" can only be true`)
  }
}

/** How a rule decides, by its policies. */
export function decisionBy(policies: readonly Policy[], admitsAnonymous: boolean): CompiledRule['decide'] {
  const asked = everyPolicy(policies)
  return (principal, request) => {
    if (principal.kind === 'anonymous' && !admitsAnonymous) {
      return { allow: false, error: new AuthError('unauthenticated', { reason: 'anonymous' }) }
    }
    return policies.length === 0 ? ALLOW : asked.decide(principal, request)
  }
}

function checkedMethods(methods: unknown): readonly string[] | undefined {
  if (methods === undefined) return undefined
  assertStrings('routes', 'methods', methods)
  for (const method of methods) {
    if (!/^[A-Z][A-Z-]*$/.test(method))
      throw invalidOption('routes', `"methods" holds "${method}"; a method is upper-case`)
  }
  return methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : methods
}
