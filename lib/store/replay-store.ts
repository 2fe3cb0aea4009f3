import type { Awaitable } from '../effects.ts'

/**
 * What may be used once: proofs, signatures, tokens of one use. An id is claimed once, atomically, by whoever is first,
 * in the whole fleet. A store that cannot hold another id refuses (rejects): forgetting one early is accepting a replay.
 */
export interface ReplayStore {
  /**
   * Claims an id until `expiresAt` (epoch seconds).
   * @param id names what is claimed and by whom it is claimed; never a credential
   * @returns true for the first that claims it, false for everybody after, at least until it expires; false, too, when it
   * has expired already, or may have been forgotten before a clock was set back
   * @throws DependencyError (or rejects) when it cannot tell: that is 503, never a first use
   */
  claim(id: string, expiresAt: number): Awaitable<boolean>
}

/** One that can take a claim back: what failed may be tried again. */
export interface ReleasableReplayStore extends ReplayStore {
  /**
   * Makes an id claimable again; nothing happens when it is not claimed.
   * @throws DependencyError (or rejects) when it cannot
   */
  release(id: string): Awaitable<void>
}
