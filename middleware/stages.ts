import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decision } from '../lib/authorize/policy.ts'
import type { BoundaryOptions } from '../lib/boundary-options.ts'
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
  /** What its network has left; what is known once it has been counted. */
  network: readonly CountedWindow[] | undefined
  isLimited: boolean
  isAuthorized: boolean
}

/**
 * For those who compose by hand; `boundary()` is these five in one. They publish no decision event.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function boundaryStages(options: BoundaryOptions): BoundaryStages {
  const pipeline = createPipeline(options)
  const { stages } = pipeline
  const admissions = new WeakMap<IncomingMessage, Admission>()

  function admitted(message: IncomingMessage): Admission {
    const admission = admissions.get(message)
    if (!admission) throw new DependencyError('boundaryStages', 'mount admit before the other stages')
    return admission
  }

  return {
    admit: answeringCors(pipeline, (message) => {
      const admission = stages.admit(rawRequestOf(message), 'http')
      if (admission instanceof AuthError) return admission
      admissions.set(message, { ...admission, network: undefined, isLimited: false, isAuthorized: false })
      replaceHeaders(message, admission.forwarded.with({}))
      replacePath(message, admission.request.path)
      remember(message, { request: admission.request, principal: undefined, pipeline })
      return undefined
    }),
    authenticate: stageMiddleware(pipeline, (message) => {
      const admission = admitted(message)
      const { request } = admission
      const rule = stages.match(request)
      const keep = (principal: Principal): undefined => {
        remember(message, { request, principal, pipeline })
      }
      return onceKnown(stages.limit(request, rule, undefined), (network) => {
        admission.network = network
        return rule?.isPublic ? undefined : onceKnown(stages.authenticate(request, rule), keep)
      })
    }),
    limit: stageMiddleware(pipeline, (message, response) => {
      const admission = admitted(message)
      const { request, network } = admission
      const rule = stages.match(request)
      const principal = admittedOf(message)?.principal
      if (!network) throw new DependencyError('boundaryStages', 'mount authenticate before limit')
      const own = principal ? stages.limit(request, rule, principal) : []
      return onceKnown(own, (counted) => {
        admission.isLimited = true
        setHeaders(response, fieldsOf(network, counted))
        return undefined
      })
    }),
    authorize: stageMiddleware(pipeline, (message) => {
      const admission = admitted(message)
      const rule = stages.match(admission.request)
      const principal = admittedOf(message)?.principal
      if (options.limits && !admission.isLimited && (rule?.isPublic || principal)) {
        throw new DependencyError('boundaryStages', 'mount limit before authorize')
      }
      if (!rule?.isPublic) {
        if (!principal) return new AuthError('unauthenticated', { reason: 'no principal' })
        const decision = stages.authorize(principal, admission.request, rule)
        return decision instanceof Promise
          ? decision.then((known) => obey(known, admission))
          : obey(decision, admission)
      }
      admission.isAuthorized = true
      return undefined
    }),
    propagate: stageMiddleware(pipeline, (message) => {
      const admission = admitted(message)
      if (!admission.isAuthorized) throw new DependencyError('boundaryStages', 'mount authorize before propagate')
      const onward = stages.propagate(admission, admittedOf(message)?.principal, 'http')
      if (onward instanceof AuthError) return onward
      replaceHeaders(message, onward)
      return undefined
    }),
  }
}

type Stage = (message: IncomingMessage, response: ServerResponse) => Awaitable<AuthError | undefined>

/** At once if it can. */
function onceKnown<T>(
  answer: Awaitable<T | AuthError>,
  next: (known: T) => Awaitable<AuthError | undefined>,
): Awaitable<AuthError | undefined> {
  if (answer instanceof Promise) return answer.then((known: T | AuthError) => onceKnown<T>(known, next))
  return answer instanceof AuthError ? answer : next(answer as T)
}

function answeringCors(pipeline: Pipeline, stage: Stage): Middleware {
  const next = stageMiddleware(pipeline, stage)
  return (message: IncomingMessage, response: ServerResponse, go: Next): void => {
    if (!answerCors(rawRequestOf(message), response, pipeline)) next(message, response, go)
  }
}

function obey(decision: Decision, admission: Admission): AuthError | undefined {
  if (!decision.allow) return decision.error
  admission.isAuthorized = true
  return undefined
}

/** Whatever a stage throws is a refusal: it never reaches the next middleware. */
function stageMiddleware(pipeline: Pipeline, stage: Stage): Middleware {
  return (message: IncomingMessage, response: ServerResponse, next: Next): void => {
    const conclude = (error: AuthError | undefined): void => {
      if (!error) {
        next()
        return
      }
      const known = admittedOf(message)
      refuseRequest(pipeline.refuse(error, known?.request), response, next, 'respond')
    }
    let result: Awaitable<AuthError | undefined>
    try {
      result = stage(message, response)
    } catch (thrown) {
      result = unavailable(thrown)
    }
    if (result instanceof Promise) result.catch(unavailable).then(conclude)
    else conclude(result)
  }
}
