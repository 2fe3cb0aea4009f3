import type { Principal } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import { ALLOW, deny, type Policy } from '../policy.ts'

/** What is so, or is not, of a principal and a request. Unlike a policy's, its negation can be asked for. */
export interface Fact {
  /** In words: `networks 10.0.0.0/8`. */
  readonly name: string
  /** A word for the log, when it is not so. */
  readonly reason: string
  /** `undefined` when nobody can tell: then neither the fact nor its negation lets anyone through. */
  holds(principal: Principal, request: RequestView): boolean | undefined
  /** When it is made of others, how, and of which. */
  readonly kind?: 'allOf' | 'anyOf' | 'not'
  readonly parts?: readonly Fact[]
}

/** A policy that asks for a fact. */
export interface FactPolicy extends Policy {
  readonly fact: Fact
}

/** Lets through only when it is so: 403 otherwise, for there is nothing to send the caller for. */
export function policyOf(fact: Fact): FactPolicy {
  return {
    name: fact.name,
    fact,
    decide: (principal, request) => (fact.holds(principal, request) === true ? ALLOW : deny(fact.reason)),
  }
}

/** All of them. One that is not so decides, whatever nobody can tell of the others. */
export function everyFact(facts: readonly Fact[]): Fact {
  const [only, ...others] = facts
  if (only && others.length === 0) return only
  return {
    kind: 'allOf',
    parts: facts,
    name: facts.map(({ name }) => `(${name})`).join(' and '),
    reason: facts.map(({ reason }) => reason).join(' and '),
    holds(principal, request) {
      let known = true
      for (const fact of facts) {
        const holds = fact.holds(principal, request)
        if (holds === false) return false
        if (holds === undefined) known = false
      }
      return known ? true : undefined
    },
  }
}

/** One of them. One that is so decides, whatever nobody can tell of the others. */
export function someFact(facts: readonly Fact[]): Fact {
  return {
    kind: 'anyOf',
    parts: facts,
    name: facts.map(({ name }) => `(${name})`).join(' or '),
    reason: facts.map(({ reason }) => reason).join(' or '),
    holds(principal, request) {
      let known = true
      for (const fact of facts) {
        const holds = fact.holds(principal, request)
        if (holds === true) return true
        if (holds === undefined) known = false
      }
      return known ? false : undefined
    },
  }
}

/** What nobody can tell stays so. */
export function negated(fact: Fact): Fact {
  return {
    kind: 'not',
    parts: [fact],
    name: `not (${fact.name})`,
    reason: `not ${fact.reason}`,
    holds(principal, request) {
      const holds = fact.holds(principal, request)
      return holds === undefined ? undefined : !holds
    },
  }
}
