import type { Awaitable } from '../../lib/effects.ts'
import { medianOf } from './keys-statistics.ts'

/** Does a thing once, the `index`th time. */
export type Work = (index: number) => Awaitable<unknown>

const BATCH_MS = 40

/** Microseconds that each of several things takes: by turns, so that a slower moment is slower for all. */
export async function microsecondsOf(works: readonly Work[], rounds: number): Promise<readonly number[]> {
  const sizes: number[] = []
  for (const work of works) sizes.push(await sizeOfBatch(work))
  const times: number[][] = works.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [which, work] of works.entries()) {
      const size = sizes[which] ?? 1
      times[which]?.push((await run(work, size, round * size)) / size)
    }
  }
  return times.map((each) => medianOf(each) * 1_000)
}

/** How often a thing can be done in the time of a batch; finding out warms it up, too. */
async function sizeOfBatch(work: Work): Promise<number> {
  let size = 16
  for (;;) {
    const elapsed = await run(work, size, 0)
    if (elapsed >= BATCH_MS) return size
    size *= elapsed * 4 < BATCH_MS ? 4 : 2
  }
}

/** One after the other. What answers at once is not waited for. */
async function run(work: Work, times: number, from: number): Promise<number> {
  const startedAt = performance.now()
  for (let index = from; index < from + times; index++) {
    const done = work(index)
    if (done instanceof Promise) await done
  }
  return performance.now() - startedAt
}
