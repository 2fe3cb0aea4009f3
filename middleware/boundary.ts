import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { BOUNDARY_OPTIONS, type BoundaryOptions } from '../lib/boundary-options.ts'
import type { Entrance } from '../lib/decision-event.ts'
import { type Schedule, systemClock, systemSchedule } from '../lib/effects.ts'
import type { DescribedRequest } from '../lib/explain/described-request.ts'
import type { Explanation } from '../lib/explain/explanation.ts'
import { assertFunction, assertKnownKeys, assertOneOf } from '../lib/options.ts'
import { createPipeline, type Outcome } from '../lib/pipeline.ts'
import { answerCors } from './answer-cors.ts'
import type { Middleware, Next } from './connect.ts'
import { letThrough, replaceHeaders } from './let-through.ts'
import { rawRequestOf } from './raw-request.ts'
import { isEnding, type OnError, refuseRequest, setHeaders } from './respond.ts'
import { upgradeGate } from './upgrade.ts'

export interface BoundaryMiddlewareOptions extends BoundaryOptions {
  /** `respond` (default) answers errors as problem details; `next` hands them to the app's error handler. */
  readonly onError?: OnError
  /** Ends upgraded sockets when their principal expires. */
  readonly schedule?: Schedule
}

export interface Boundary extends Middleware {
  /**
   * Decides about an upgrade, for `server.on('upgrade', …)`. A refused one has been answered and closed. An accepted
   * socket is closed when its principal expires.
   * @returns whether to go on, with `proxy.upgrade(req, socket, head)` or the like; never rejects
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<boolean>
  /**
   * Why a request is decided as it is: each stage, the rule, each of its requirements, and what goes upstream or is answered;
   * without any credential. It is asked of the very stages that decide, and has no effect: nothing is counted, claimed,
   * noted or published.
   * @param request as it arrived, before the boundary has changed it; or a description of one
   * @throws TypeError (rejects) for a description of what could not be sent
   */
  explain(request: IncomingMessage | DescribedRequest, options?: ExplainOptions): Promise<Explanation>
}

export interface ExplainOptions {
  /** By which door it comes. Default `http`. */
  readonly entrance?: Entrance
}

/**
 * The whole boundary as one middleware: admit, strip, limit, authenticate, authorize, propagate. Mount it before everything
 * that it protects.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function boundary(options: BoundaryMiddlewareOptions): Boundary {
  assertKnownKeys('boundary', options, [...BOUNDARY_OPTIONS, 'onError', 'schedule'])
  const { onError = 'respond', schedule = systemSchedule, ...rest } = options
  assertOneOf('boundary', 'onError', onError, ['respond', 'next'])
  assertFunction('boundary', 'schedule', schedule)
  const pipeline = createPipeline(rest)

  function boundaryMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    if (isEnding(request.socket)) return
    const raw = rawRequestOf(request)
    if (answerCors(raw, response, pipeline)) return
    const outcome = pipeline.decide(raw, 'http')
    if (outcome instanceof Promise) outcome.then((decided) => proceed(decided, request, response, next))
    else proceed(outcome, request, response, next)
  }

  function proceed(outcome: Outcome, request: IncomingMessage, response: ServerResponse, next: Next): void {
    if (!outcome.allowed) {
      // An error handler may go on by mistake: what it would go on with is no longer what the client sent.
      if (onError === 'next') replaceHeaders(request, pipeline.stages.strip(rawRequestOf(request)))
      refuseRequest(outcome, response, next, onError)
      return
    }
    // Somebody has answered meanwhile, as a time limit does: there is nothing to go on with.
    if (response.headersSent) return
    letThrough(request, outcome, pipeline)
    response.setHeader('x-request-id', outcome.request.id)
    setHeaders(response, outcome.answerHeaders)
    next()
  }

  return Object.assign(boundaryMiddleware, {
    upgrade: upgradeGate(pipeline, rest.now ?? systemClock, schedule),
    async explain(
      request: IncomingMessage | DescribedRequest,
      { entrance }: ExplainOptions = {},
    ): Promise<Explanation> {
      return pipeline.explain('socket' in request ? rawRequestOf(request) : request, entrance)
    },
  })
}
