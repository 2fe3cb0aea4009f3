import type { IncomingMessage } from 'node:http'
import type { Pipeline } from '../lib/pipeline.ts'
import type { Principal } from '../lib/principal.ts'
import type { RequestView } from '../lib/request-view.ts'

/** What the boundary knows of a request that it let through. */
export interface Admitted {
  readonly request: RequestView
  readonly principal: Principal | undefined
  readonly pipeline: Pipeline
}

class Returned {
  constructor(message: IncomingMessage) {
    // biome-ignore lint/correctness/noConstructorReturn: the field below is added to this object
    return message
  }
}

/**
 * A private field on the request itself: nothing that a client sends, or another middleware sets, can pass for it. It does
 * what a WeakMap would, without a table that grows and shrinks with every request.
 */
class Mark extends Returned {
  #admitted: Admitted

  constructor(message: IncomingMessage, admitted: Admitted) {
    super(message)
    this.#admitted = admitted
  }

  static set(message: IncomingMessage, admitted: Admitted): void {
    if (#admitted in message) message.#admitted = admitted
    else new Mark(message, admitted)
  }

  static of(message: IncomingMessage): Admitted | undefined {
    return #admitted in message ? message.#admitted : undefined
  }
}

export function remember(message: IncomingMessage, admitted: Admitted): void {
  Mark.set(message, admitted)
}

export function admittedOf(message: IncomingMessage): Admitted | undefined {
  return Mark.of(message)
}

/** Who makes the request, as the boundary verified it; `undefined` on a public route, and before the boundary. */
export function principalOf(message: IncomingMessage): Principal | undefined {
  return Mark.of(message)?.principal
}
