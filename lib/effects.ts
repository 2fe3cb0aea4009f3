/** Epoch seconds, fractions allowed. Protocol times (`exp`, `iat` …) are seconds: RFC 7519 §2, NumericDate. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now() / 1000

/** The part of `fetch` that gatewarden uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** What may answer at once or later. The hot path answers at once and makes no promise. */
export type Awaitable<T> = T | Promise<T>

/** Whether an answer comes later. Any `then` counts: not every library's promises are this realm's `Promise`. */
export function isLater<T>(answer: Awaitable<T> | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof answer === 'object' && answer !== null && typeof (answer as { then?: unknown }).then === 'function'
}

/** The longest delay that the timers of Node.js know (24.8 days). What is longer comes at once. */
export const MAX_DELAY_MS: number = 2 ** 31 - 1

/** Goes on with an answer: at once when it is there, and later when it comes later. */
export function onceThere<T, R>(answer: Awaitable<T>, goOn: (answer: T) => Awaitable<R>): Awaitable<R> {
  return isLater(answer) ? Promise.resolve(answer).then(goOn) : goOn(answer)
}

/** Calls back after `delayMs`; the returned function cancels. A pending call keeps no process alive. */
export type Schedule = (callback: () => void, delayMs: number) => () => void

export const systemSchedule: Schedule = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs)
  timer.unref()
  return () => clearTimeout(timer)
}
