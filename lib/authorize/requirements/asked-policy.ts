import { withDeadline } from '../../deadline.ts'
import { AuthError, DependencyError } from '../../errors.ts'
import { ALLOW, type Decision, type Policy } from '../policy.ts'

/**
 * A policy of others, asked with care: it has `deadlineMs`, and only `allow: true` allows. What is no decision is thrown,
 * as a failed dependency.
 */
export function askedPolicy(policy: Policy, deadlineMs: number): Policy {
  const { name } = policy
  const check = (answer: Decision) => checkedDecision(answer, name)
  return {
    name,
    decide(principal, request) {
      const answer = withDeadline(name, deadlineMs, policy.decide(principal, request))
      return answer instanceof Promise ? answer.then(check) : check(answer)
    },
  }
}

/** @throws DependencyError for what is no decision */
export function checkedDecision(answer: Decision, name: string): Decision {
  if (answer?.allow === true) return ALLOW
  if (answer?.allow === false && answer.error instanceof AuthError) return answer
  throw new DependencyError(name, 'answered with no decision')
}
