import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { createPipeline } from '../../lib/pipeline.ts'
import type { Fault, Faulty } from './faults.ts'
import { rawRequest } from './raw-request.ts'

/** Header fields of a request. */
export type Called = readonly (readonly [string, string])[]

export interface Callers {
  /** Who would be let in, if all were well; each time anew. */
  good(): Called
  /** Who would not. */
  bad(): Called
  /** What happens meanwhile. */
  before?(): void
}

/** A boundary with a dependency that fails when a test says so. */
export interface FaultyBoundary {
  setFault(fault: Fault | undefined): void
  /** The status of a request of somebody who may; 200 is access. */
  good(): Promise<number>
  bad(): Promise<number>
}

export function faultyBoundary(
  dependency: Pick<Faulty<object>, 'set'>,
  options: BoundaryOptions,
  callers: Callers,
): FaultyBoundary {
  const pipeline = createPipeline(options)
  const decide = async (called: Called): Promise<number> => {
    callers.before?.()
    // A client that waits for nobody: what is under way when it comes may come to its end.
    await new Promise((resolve) => setImmediate(resolve))
    const headers = [['Host', 'api.example.test'], ...called] as const
    const raw = { ...rawRequest({ headers, encrypted: true }), readBody: () => new Uint8Array(0) }
    const outcome = await pipeline.decide(raw, 'http')
    return outcome.allowed ? 200 : outcome.answer.status
  }
  return { setFault: dependency.set, good: () => decide(callers.good()), bad: () => decide(callers.bad()) }
}
