import { median } from '../median.ts'

/** Something to be timed: `prepare` makes what each request brings, outside of the clock. */
export interface Stage {
  readonly name: string
  /** `index` counts on for ever: it picks what must be another one each time. */
  readonly prepare: (index: number) => unknown
  readonly run: (input: never) => unknown
  /** Before it is timed. @returns what undoes it */
  readonly setUp?: () => () => void
}

const BATCH = 500
const WARM_UP_BATCHES = 40

/** Nanoseconds per request: the median of many batches. */
export function time(stage: Stage, batches: number): number {
  const undo = stage.setUp?.()
  try {
    return median(timeByTurns([stage], batches)[0] ?? [])
  } finally {
    undo?.()
  }
}

/** The same for several stages by turns, without what sets them up: nanoseconds per request in each of their batches. */
export function timeByTurns(stages: readonly Stage[], batches: number): readonly (readonly number[])[] {
  const clocks = stages.map(batchClock)
  const runs = stages.map((): number[] => [])
  for (let batch = -WARM_UP_BATCHES; batch < batches; batch++) {
    for (const [index, clock] of clocks.entries()) {
      const nanoseconds = clock()
      if (batch >= 0) runs[index]?.push(nanoseconds)
    }
  }
  return runs
}

/** Times one batch with every call. */
function batchClock({ prepare, run }: Stage): () => number {
  let index = 0
  let last: unknown
  return () => {
    const inputs = Array.from({ length: BATCH }, () => prepare(index++))
    const startedAt = process.hrtime.bigint()
    for (const input of inputs) last = run(input as never)
    const elapsed = Number(process.hrtime.bigint() - startedAt)
    // A result that is used is computed.
    if (last instanceof Promise) throw new Error('a stage went asynchronous; it must be timed otherwise')
    return elapsed / BATCH
  }
}
