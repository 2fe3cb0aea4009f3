import type { Awaitable } from '../../effects.ts'
import { type AuthError, unavailable } from '../../errors.ts'
import type { Principal } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import type { ComposedPolicy, Decision, Policy } from '../policy.ts'
import { headersSetBy } from '../policy-headers.ts'
import { rehearsing } from './all-of.ts'

/**
 * One of several policies is enough, asked in their order. One that fails lets nobody in, and keeps nobody out whom another
 * lets in; when none does, its failure is the answer. Else that is the answer which the caller can do something about: the
 * first that asks for more scopes or for another login; or else the first.
 */
export function somePolicy(policies: readonly Policy[]): ComposedPolicy {
  return {
    kind: 'anyOf',
    parts: policies,
    name: policies.map(({ name }) => `(${name})`).join(' or '),
    setsHeaders: headersSetBy(policies),
    decide(principal, request) {
      const refusals: AuthError[] = []
      for (const [index, policy] of policies.entries()) {
        const decision = ask(policy, principal, request)
        if (decision instanceof Promise) return decideLater(policies, index, decision, refusals, principal, request)
        if (decision.allow) return decision
        refusals.push(decision.error)
      }
      return refuse(refusals)
    },
    rehearse: (principal, request) => somePolicy(policies.map(rehearsing)).decide(principal, request),
  }
}

async function decideLater(
  policies: readonly Policy[],
  index: number,
  pending: Promise<Decision>,
  refusals: AuthError[],
  principal: Principal,
  request: RequestView,
): Promise<Decision> {
  const first = await pending
  if (first.allow) return first
  refusals.push(first.error)
  for (const policy of policies.slice(index + 1)) {
    const decision = await ask(policy, principal, request)
    if (decision.allow) return decision
    refusals.push(decision.error)
  }
  return refuse(refusals)
}

function ask(policy: Policy, principal: Principal, request: RequestView): Awaitable<Decision> {
  try {
    const decision = policy.decide(principal, request)
    return decision instanceof Promise ? decision.catch(failed) : decision
  } catch (thrown) {
    return failed(thrown)
  }
}

function failed(thrown: unknown): Decision {
  return { allow: false, error: unavailable(thrown) }
}

function refuse(refusals: readonly AuthError[]): Decision {
  const error =
    refusals.find(({ status }) => status === 503) ??
    refusals.find(({ code }) => code === 'insufficient_scope' || code === 'insufficient_user_authentication') ??
    refusals[0]
  return { allow: false, error: error ?? unavailable(new Error('no alternative was asked')) }
}
