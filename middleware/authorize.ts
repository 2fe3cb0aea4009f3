import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decision, Policy } from '../lib/authorize/policy.ts'
import type { Requirement } from '../lib/authorize/requirement.ts'
import { rolePolicy } from '../lib/authorize/roles.ts'
import { scopePolicy } from '../lib/authorize/scopes.ts'
import { type StepUp, type StepUpOptions, stepUpPolicy } from '../lib/authorize/step-up.ts'
import { DEFAULT_DEADLINE_MS, withDeadline } from '../lib/deadline.ts'
import { decisions, type Progress, publishDecision, startProgress } from '../lib/decision-event.ts'
import type { Awaitable } from '../lib/effects.ts'
import { AuthError, DependencyError, unavailable } from '../lib/errors.ts'
import { assertFunction, assertKnownKeys, assertOneOf, invalidOption } from '../lib/options.ts'
import type { Middleware, Next } from './connect.ts'
import { type Admitted, admittedOf } from './principal-of.ts'
import { type OnError, refuseRequest } from './respond.ts'

export interface AuthorizeOptions {
  readonly onError?: OnError
}

/** Demands scopes on the routes behind it: a list means all of them, `{ any: […] }` one. For use behind `boundary()`. */
export function requireScopes(scopes: Requirement, options: AuthorizeOptions = {}): Middleware {
  return authorize(scopePolicy(scopes), options)
}

/** Demands roles on the routes behind it: a list means all of them, `{ any: […] }` one. For use behind `boundary()`. */
export function requireRoles(roles: Requirement, options: AuthorizeOptions = {}): Middleware {
  return authorize(rolePolicy(roles), options)
}

/**
 * Demands a login that is strong or fresh enough on the routes behind it (RFC 9470); of several alternatives any is
 * enough. For use behind `boundary()`.
 */
export function requireStepUp(stepUp: StepUp, options: AuthorizeOptions & StepUpOptions = {}): Middleware {
  const { now, ...rest } = options
  return authorize(stepUpPolicy(stepUp, now === undefined ? {} : { now }), rest)
}

/**
 * One policy as a middleware, for use behind `boundary()`. Without a boundary before it, it is an error: no request
 * passes. What it refuses is published, as a decision of its own.
 */
export function authorize(policy: Policy, options: AuthorizeOptions = {}): Middleware {
  assertKnownKeys('authorize', options, ['onError'])
  assertFunction('authorize', 'policy.decide', policy?.decide)
  if (policy.setsHeaders?.length) {
    throw invalidOption(
      'authorize',
      'a policy that "setsHeaders" belongs in "routes" of the boundary, which strips them',
    )
  }
  const { onError = 'respond' } = options
  assertOneOf('authorize', 'onError', onError, ['respond', 'next'])

  return function authorizeMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    const admitted = admittedOf(request)
    if (!admitted) {
      next(new Error('gatewarden: authorize() found no boundary() before it; mount the boundary first'))
      return
    }
    const heard = decisions.hasSubscribers ? progressOf(admitted) : undefined
    const proceed = (error: AuthError | undefined): void => {
      if (!error) {
        next()
        return
      }
      const refusal = admitted.pipeline.refuse(error, admitted.request)
      publishDecision(heard ?? progressOf(admitted), refusal.requestId, error, 'middleware')
      refuseRequest(refusal, response, next, onError)
    }
    const answer = decide(policy, admitted)
    if (answer instanceof Promise) answer.then(errorIn).catch(unavailable).then(proceed)
    else proceed(settledError(answer))
  }
}

/** Of this decision alone: that of the boundary has been published. */
function progressOf({ request, principal, pipeline }: Admitted): Progress {
  const progress = startProgress('http', { method: request.method, peerAddress: undefined }, pipeline.now)
  const rule = pipeline.stages.match(request)?.id
  return Object.assign(progress, { stage: 'authorize' as const, request, principal, rule })
}

/** What a policy of others answers may be anything; only `allow: true` lets a request through, and nothing is lost of it. */
function errorIn(decision: Decision): AuthError | undefined {
  if (decision?.allow === true && decision.headers === undefined) return undefined
  if (decision?.allow === true) return unavailable(new DependencyError('policy', 'sets headers without "setsHeaders"'))
  return decision?.error instanceof AuthError ? decision.error : unavailable(decision?.error)
}

function settledError(decision: Decision): AuthError | undefined {
  try {
    return errorIn(decision)
  } catch (thrown) {
    return unavailable(thrown)
  }
}

function decide(policy: Policy, { principal, request }: Admitted): Awaitable<Decision> {
  if (!principal || principal.kind === 'anonymous') {
    return { allow: false, error: new AuthError('unauthenticated', { reason: 'no principal' }) }
  }
  try {
    return withDeadline(policy.name, DEFAULT_DEADLINE_MS, policy.decide(principal, request))
  } catch (thrown) {
    return { allow: false, error: unavailable(thrown) }
  }
}
