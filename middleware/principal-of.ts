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

/** Outside the request object: nothing that a client sends, or another middleware sets, can pass for it. */
const admitted = new WeakMap<IncomingMessage, Admitted>()

export function remember(request: IncomingMessage, passage: Admitted): void {
  admitted.set(request, passage)
}

export function admittedOf(request: IncomingMessage): Admitted | undefined {
  return admitted.get(request)
}

/** Who makes the request, as the boundary verified it; `undefined` on a public route, and before the boundary. */
export function principalOf(request: IncomingMessage): Principal | undefined {
  return admitted.get(request)?.principal
}
