import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decision, PolicyHeaders } from '../lib/authorize/policy.ts'
import type { BoundaryOptions } from '../lib/boundary-options.ts'
import { type Progress, publishDecision, startProgress } from '../lib/decision-event.ts'
import type { Awaitable } from '../lib/effects.ts'
import { AuthError, DependencyError, unavailable } from '../lib/errors.ts'
import { type CountedWindow, fieldsOf } from '../lib/limit/rate-limit-fields.ts'
import { createPipeline, type Pipeline } from '../lib/pipeline.ts'
import type { Principal } from '../lib/principal.ts'
import type { Admitted } from '../lib/stages.ts'
import { answerCors } from './answer-cors.ts'
import type { Middleware, Next } from './connect.ts'
import { replaceHeaders, replacePath } from './let-through.ts'
import { admittedOf, remember } from './principal-of.ts'
import { rawRequestOf } from './raw-request.ts'
import { refuseRequest, setHeaders } from './respond.ts'

/** The boundary's stages as middleware of their own, to be mounted in this order, with others between them. */
export interface BoundaryStages {
  /** One canonical path, one of each credential, and no header of a client that could pass for ours. */
  readonly admit: Middleware
  /** Who it is; before that the limits by network. */
  readonly authenticate: Middleware
  /** The limits by principal. It may be left out where there are no limits. */
  readonly limit: Middleware
  /** The route table. */
  readonly authorize: Middleware
  /** The identity headers. */
  readonly propagate: Middleware
}

/** An admitted request, and how far it has come. */
interface Admission extends Admitted {
  readonly progress: Progress
  /** What its network has left; what is known once it has been counted. */
  network: readonly CountedWindow[] | undefined
  isLimited: boolean
  isAuthorized: boolean
  policyHeaders: PolicyHeaders | undefined
}

/** What a stage does with an admitted request: the error to refuse it with, if any. */
type Step = (
  admission: Admission,
  message: IncomingMessage,
  response: ServerResponse,
) => Awaitable<AuthError | undefined>

/**
 * For those who compose by hand; `boundary()` is these five in one. A request is published when one of them refuses it, or
 * when `propagate` lets it through.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function boundaryStages(options: BoundaryOptions): BoundaryStages {
  const pipeline = createPipeline(options)
  const admissions = new WeakMap<IncomingMessage, Admission>()
  const begin = (message: IncomingMessage) => startProgress('http', rawRequestOf(message), pipeline.now)

  function stage(step: Step): Middleware {
    return (message: IncomingMessage, response: ServerResponse, next: Next): void => {
      const admission = admissions.get(message)
      conclude(pipeline, admission?.progress ?? begin(message), { message, response, next }, () => {
        if (!admission) throw new DependencyError('boundaryStages', 'mount admit before the other stages')
        return step(admission, message, response)
      })
    }
  }

  return {
    admit(message: IncomingMessage, response: ServerResponse, next: Next): void {
      if (answerCors(rawRequestOf(message), response, pipeline)) return
      const progress = begin(message)
      conclude(pipeline, progress, { message, response, next }, () => {
        const admission = admit(pipeline, message, progress)
        if (admission instanceof AuthError) return admission
        admissions.set(message, admission)
        return undefined
      })
    },
    authenticate: stage((admission, message) => authenticate(pipeline, admission, message)),
    limit: stage((admission, message, response) => limit(pipeline, admission, message, response)),
    authorize: stage((admission, message) => authorize(pipeline, admission, message, options.limits !== undefined)),
    propagate: stage((admission, message) => propagate(pipeline, admission, message)),
  }
}

function admit(pipeline: Pipeline, message: IncomingMessage, progress: Progress): Admission | AuthError {
  const admission = pipeline.stages.admit(rawRequestOf(message), 'http')
  if (admission instanceof AuthError) return admission
  const { request } = admission
  progress.request = request
  replaceHeaders(message, admission.forwarded.copy())
  replacePath(message, request.path)
  remember(message, { request, principal: undefined, pipeline })
  return {
    ...{ ...admission, progress, network: undefined },
    ...{ isLimited: false, isAuthorized: false, policyHeaders: undefined },
  }
}

function authenticate(
  pipeline: Pipeline,
  admission: Admission,
  message: IncomingMessage,
): Awaitable<AuthError | undefined> {
  const { stages } = pipeline
  const { request, progress } = admission
  const rule = stages.match(request)
  progress.rule = rule?.id
  progress.stage = 'limit'
  return onceKnown(stages.limit(request, rule, undefined), (network) => {
    admission.network = network
    if (rule?.isPublic) return undefined
    progress.stage = 'authenticate'
    return onceKnown(stages.authenticate(request, rule), (principal: Principal) => {
      progress.principal = principal
      remember(message, { request, principal, pipeline })
      return undefined
    })
  })
}

function limit(
  { stages }: Pipeline,
  admission: Admission,
  message: IncomingMessage,
  response: ServerResponse,
): Awaitable<AuthError | undefined> {
  const { request, network, progress } = admission
  progress.stage = 'limit'
  const rule = stages.match(request)
  const principal = admittedOf(message)?.principal
  if (!network) throw new DependencyError('boundaryStages', 'mount authenticate before limit')
  const own = principal ? stages.limit(request, rule, principal) : []
  return onceKnown(own, (counted) => {
    admission.isLimited = true
    setHeaders(response, fieldsOf(network, counted))
    return undefined
  })
}

function authorize(
  { stages }: Pipeline,
  admission: Admission,
  message: IncomingMessage,
  hasLimits: boolean,
): Awaitable<AuthError | undefined> {
  admission.progress.stage = 'authorize'
  const rule = stages.match(admission.request)
  const principal = admittedOf(message)?.principal
  if (hasLimits && !admission.isLimited && (rule?.isPublic || principal)) {
    throw new DependencyError('boundaryStages', 'mount limit before authorize')
  }
  if (rule?.isPublic) {
    admission.isAuthorized = true
    return undefined
  }
  if (!principal) return new AuthError('unauthenticated', { reason: 'no principal' })
  const decision = stages.authorize(principal, admission.request, rule)
  return decision instanceof Promise ? decision.then((known) => obey(known, admission)) : obey(decision, admission)
}

function obey(decision: Decision, admission: Admission): AuthError | undefined {
  if (!decision.allow) return decision.error
  admission.isAuthorized = true
  admission.policyHeaders = decision.headers
  return undefined
}

function propagate({ stages }: Pipeline, admission: Admission, message: IncomingMessage): AuthError | undefined {
  const { progress, request } = admission
  progress.stage = 'propagate'
  if (!admission.isAuthorized) throw new DependencyError('boundaryStages', 'mount authorize before propagate')
  const onward = stages.propagate(admission, admittedOf(message)?.principal, 'http', admission.policyHeaders)
  if (onward instanceof AuthError) return onward
  replaceHeaders(message, onward)
  publishDecision(progress, request.id, undefined)
  return undefined
}

/** At once if it can. */
function onceKnown<T>(
  answer: Awaitable<T | AuthError>,
  next: (known: T) => Awaitable<AuthError | undefined>,
): Awaitable<AuthError | undefined> {
  if (answer instanceof Promise) return answer.then((known: T | AuthError) => onceKnown<T>(known, next))
  return answer instanceof AuthError ? answer : next(answer as T)
}

interface Exchange {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly next: Next
}

/** Whatever a stage throws is a refusal: it never reaches the next middleware. */
function conclude(
  pipeline: Pipeline,
  progress: Progress,
  { message, response, next }: Exchange,
  step: () => Awaitable<AuthError | undefined>,
): void {
  const proceed = (error: AuthError | undefined): void => {
    if (!error) {
      next()
      return
    }
    const refusal = pipeline.refuse(error, admittedOf(message)?.request)
    publishDecision(progress, refusal.requestId, error)
    refuseRequest(refusal, response, next, 'respond')
  }
  let result: Awaitable<AuthError | undefined>
  try {
    result = step()
  } catch (thrown) {
    result = unavailable(thrown)
  }
  if (result instanceof Promise) result.catch(unavailable).then(proceed)
  else proceed(result)
}
