import type { Awaitable } from '../effects.ts'

/** Units to take out of what one caller has under one window of a limit. Whole numbers, all but the window's length. */
export interface RateLimitTake {
  /** Names the limit, its window and whose use is counted. Of any length, but never a credential. */
  readonly key: string
  /** How many units come back within each window, evenly. */
  readonly quota: number
  /** At least a millisecond. */
  readonly windowSeconds: number
  /** How many units there are when none was taken for long. */
  readonly burst: number
  /** How many to take, of at most `burst`. 0 only looks. */
  readonly cost: number
}

/** What is left under one window. */
export interface RateLimitState {
  /** Whole units that can be taken now. */
  readonly remaining: number
  /** How long until all of `burst` is back, if nothing more is taken. */
  readonly resetSeconds: number
  /** How long until the cost is there; 0 when it was, whether or not it was taken. */
  readonly waitSeconds: number
}

/**
 * Counts use by the generic cell rate algorithm, as a continuous-state leaky bucket (ITU-T I.371 annex A): units come back
 * evenly, up to `burst`. Within any window no more than `burst + quota` are given, whoever asks and however many at once.
 */
export interface RateLimitStore {
  /**
   * Takes all of what is asked, in one atomic step for the whole fleet; or nothing, when one `waitSeconds` is above 0.
   * @param takes of different keys; a key is always asked for with the same window
   * @returns the states, in the order of `takes`
   * @throws DependencyError (or rejects) when it cannot tell
   */
  take(takes: readonly RateLimitTake[]): Awaitable<readonly RateLimitState[]>
}
