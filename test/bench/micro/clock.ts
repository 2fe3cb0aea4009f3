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
    return timeBatches(stage, batches)
  } finally {
    undo?.()
  }
}

function timeBatches({ prepare, run }: Stage, batches: number): number {
  const runs: number[] = []
  let index = 0
  let last: unknown
  for (let batch = -WARM_UP_BATCHES; batch < batches; batch++) {
    const inputs = Array.from({ length: BATCH }, () => prepare(index++))
    const startedAt = process.hrtime.bigint()
    for (const input of inputs) last = run(input as never)
    const elapsed = Number(process.hrtime.bigint() - startedAt)
    if (batch >= 0) runs.push(elapsed / BATCH)
  }
  // A result that is used is computed.
  if (last instanceof Promise) throw new Error('a stage went asynchronous; it must be timed otherwise')
  return median(runs)
}
