import { unavailable } from '../errors.ts'
import type { Principal } from '../principal.ts'
import type { RequestView } from '../request-view.ts'
import type { ComposedPolicy, Decision, Policy } from './policy.ts'
import { everyPolicy } from './requirements/all-of.ts'
import { somePolicy } from './requirements/any-of.ts'
import { rehearsedDecision } from './requirements/asked-policy.ts'
import { everyFact, type Fact, type FactPolicy, negated, policyOf, someFact } from './requirements/fact.ts'

/** `cannot be told`: what it is about is not known, so neither it nor its contrary is met. `failed`: it gave no answer. */
export type Verdict = 'met' | 'not met' | 'cannot be told' | 'failed' | 'not asked'

/** What came of a requirement. */
export interface TracedRequirement {
  readonly kind: 'requirement' | 'allOf' | 'anyOf' | 'not'
  /** In words: `roles admin`. */
  readonly asks: string
  readonly verdict: Verdict
  /** Why it is not met, or was not asked; more than the caller is told. */
  readonly reason: string | undefined
  /** What it is made of; empty, when it is made of nothing else. */
  readonly parts: readonly TracedRequirement[]
}

/** A requirement that notes what comes of it. It is the same in all that decides. */
export interface Traced<T> {
  readonly traced: T
  /** @param unasked why those were not asked that were not */
  report(unasked: string): TracedRequirement
}

interface Noted {
  verdict: Verdict
  reason: string | undefined
}

const COMPOSE = { allOf: everyPolicy, anyOf: somePolicy } as const

/** The same policy, put together again of parts that note what comes of each. */
export function tracePolicy(policy: Policy): Traced<Policy> {
  const { kind, parts, fact } = policy as Partial<ComposedPolicy & FactPolicy> & Policy
  if (fact) {
    const { traced, report } = traceFact(fact)
    return { traced: policyOf(traced), report }
  }
  const tracedParts = parts?.map(tracePolicy) ?? []
  const within = kind === undefined ? policy : COMPOSE[kind](tracedParts.map(({ traced }) => traced))
  const noted: Noted = { verdict: 'not asked', reason: undefined }
  return {
    traced: {
      name: policy.name,
      setsHeaders: policy.setsHeaders,
      decide: (principal, request) => notedDecision(within, principal, request, noted),
    },
    report: (unasked) => reportOf(kind ?? 'requirement', policy.name, noted, tracedParts, unasked),
  }
}

function notedDecision(policy: Policy, principal: Principal, request: RequestView, noted: Noted) {
  const keep = (decision: Decision): Decision => {
    const error = decision?.allow === true ? undefined : decision?.error
    noted.verdict = error === undefined ? 'met' : error.status === 503 ? 'failed' : 'not met'
    noted.reason = error?.reason
    return decision
  }
  const fail = (thrown: unknown): never => {
    noted.verdict = 'failed'
    noted.reason = unavailable(thrown).reason
    throw thrown
  }
  try {
    const decision = rehearsedDecision(policy, principal, request)
    return decision instanceof Promise ? decision.then(keep, fail) : keep(decision)
  } catch (thrown) {
    return fail(thrown)
  }
}

function traceFact(fact: Fact): Traced<Fact> {
  const { kind, name } = fact
  const parts = fact.parts?.map(traceFact) ?? []
  const within = composedFact(
    fact,
    parts.map(({ traced }) => traced),
  )
  const noted: Noted = { verdict: 'not asked', reason: undefined }
  return {
    traced: {
      name,
      reason: fact.reason,
      holds(principal, request) {
        const holds = within.holds(principal, request)
        noted.verdict = holds === undefined ? 'cannot be told' : holds ? 'met' : 'not met'
        noted.reason = holds ? undefined : fact.reason
        return holds
      },
    },
    report: (unasked) => reportOf(kind ?? 'requirement', name, noted, parts, unasked),
  }
}

function composedFact(fact: Fact, parts: readonly Fact[]): Fact {
  if (fact.kind === 'allOf') return everyFact(parts)
  if (fact.kind === 'anyOf') return someFact(parts)
  const [part] = parts
  return part ? negated(part) : fact
}

function reportOf(
  kind: TracedRequirement['kind'],
  asks: string,
  { verdict, reason }: Noted,
  parts: readonly Pick<Traced<unknown>, 'report'>[],
  unasked: string,
): TracedRequirement {
  const isAsked = verdict !== 'not asked'
  const further = !isAsked ? unasked : kind === 'anyOf' ? 'another is met' : 'another is not met'
  return {
    kind,
    asks,
    verdict,
    reason: isAsked ? reason : unasked,
    parts: parts.map((part) => part.report(further)),
  }
}
