import { type Awaitable, isLater } from './effects.ts'
import { DependencyError } from './errors.ts'

/** How long a decision waits for what decides. */
export const DEFAULT_DEADLINE_MS = 10_000

/** Waits for `answer` no longer than `deadlineMs`, then rejects with a `DependencyError`. Answers at once if it can. */
export function withDeadline<T>(dependency: string, deadlineMs: number, answer: Awaitable<T>): Awaitable<T> {
  if (!isLater(answer)) return answer
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DependencyError(dependency, `gave no answer within ${deadlineMs} ms`))
    }, deadlineMs)
    answer.then(
      (known) => {
        clearTimeout(timer)
        resolve(known)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

/** Made once: a reason that Node.js makes by itself has a stack trace, which costs more than the rest of this. */
const NO_LONGER_WANTED = new DOMException('The answer is no longer waited for', 'AbortError')

/**
 * The same for work that can be given up: its signal is aborted when the deadline has passed, and when it is done. Not
 * `AbortSignal.timeout()`: Node.js 22 lets garbage collection take it, and the deadline with it.
 */
export async function withinDeadline<T>(
  dependency: string,
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  try {
    return await withDeadline(dependency, deadlineMs, work(limit.signal))
  } finally {
    limit.abort(NO_LONGER_WANTED)
  }
}
