import { withDeadline } from '../../deadline.ts'
import type { Awaitable } from '../../effects.ts'
import { AuthError, DependencyError } from '../../errors.ts'
import type { Principal } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import { ALLOW, type Decision, type Policy } from '../policy.ts'
import { allowance, checkedHeaderNames } from '../policy-headers.ts'

/**
 * A policy of others, asked with care: it has `deadlineMs`, only `allow: true` allows, and it sets no other headers than it
 * says. What is no decision is thrown, as a failed dependency.
 * @throws TypeError for headers that no policy may set
 */
export function askedPolicy(policy: Policy, deadlineMs: number): Policy {
  const { name } = policy
  const setsHeaders = checkedHeaderNames('routes', policy.setsHeaders)
  const check = (answer: Decision) => checkedDecision(answer, name, setsHeaders)
  const inTime = (answer: Awaitable<Decision>) => {
    const bounded = withDeadline(name, deadlineMs, answer)
    return bounded instanceof Promise ? bounded.then(check) : check(bounded)
  }
  return {
    name,
    setsHeaders,
    decide: (principal, request) => inTime(policy.decide(principal, request)),
    rehearse: (principal, request) => inTime(rehearsedDecision(policy, principal, request)),
  }
}

/** What a policy would answer. One that says nothing of effects has none, so it is asked as it is. */
export function rehearsedDecision(policy: Policy, principal: Principal, request: RequestView): Awaitable<Decision> {
  return policy.rehearse ? policy.rehearse(principal, request) : policy.decide(principal, request)
}

/**
 * @param setsHeaders the headers that it may set, lower-case; `undefined` when nobody will set them
 * @throws DependencyError for what is no decision
 */
export function checkedDecision(answer: Decision, name: string, setsHeaders?: readonly string[]): Decision {
  if (answer?.allow === true) return setsHeaders ? allowance(name, answer.headers, setsHeaders) : ALLOW
  if (answer?.allow === false && answer.error instanceof AuthError) return answer
  throw new DependencyError(name, 'answered with no decision')
}
