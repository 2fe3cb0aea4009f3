import { type Awaitable, isLater } from './effects.ts'
import { DependencyError } from './errors.ts'

/** Waits for `answer` no longer than `deadlineMs`, then rejects with a `DependencyError`. Answers at once if it can. */
export function withDeadline<T>(dependency: string, deadlineMs: number, answer: Awaitable<T>): Awaitable<T> {
  if (!isLater(answer)) return answer
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DependencyError(dependency, `gave no answer within ${deadlineMs} ms`))
    }, deadlineMs)
    Promise.resolve(answer)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}
