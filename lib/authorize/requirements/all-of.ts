import type { Principal } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import { ALLOW, type ComposedPolicy, type Decision, type Policy } from '../policy.ts'
import { both, headersSetBy } from '../policy-headers.ts'
import { rehearsedDecision } from './asked-policy.ts'

/** All of several policies, asked in their order; the first that refuses decides. */
export function everyPolicy(policies: readonly Policy[]): Policy {
  const [only, ...others] = policies
  if (only && others.length === 0) return only
  const composed: ComposedPolicy = {
    kind: 'allOf',
    parts: policies,
    name: policies.map(({ name }) => `(${name})`).join(' and '),
    setsHeaders: headersSetBy(policies),
    decide(principal, request) {
      let allowed = ALLOW
      for (const [index, policy] of policies.entries()) {
        const decision = policy.decide(principal, request)
        if (decision instanceof Promise) {
          return decideLater(policies.slice(index + 1), allowed, decision, principal, request)
        }
        if (!decision.allow) return decision
        allowed = both(allowed, decision)
      }
      return allowed
    },
    rehearse: (principal, request) => everyPolicy(policies.map(rehearsing)).decide(principal, request),
  }
  return composed
}

/** The same policy, whose decisions have no effects. */
export function rehearsing(policy: Policy): Policy {
  const { name, setsHeaders } = policy
  return { name, setsHeaders, decide: (principal, request) => rehearsedDecision(policy, principal, request) }
}

async function decideLater(
  policies: readonly Policy[],
  before: typeof ALLOW,
  pending: Promise<Decision>,
  principal: Principal,
  request: RequestView,
): Promise<Decision> {
  const first = await pending
  if (!first.allow) return first
  let allowed = both(before, first)
  for (const policy of policies) {
    const decision = await policy.decide(principal, request)
    if (!decision.allow) return decision
    allowed = both(allowed, decision)
  }
  return allowed
}
