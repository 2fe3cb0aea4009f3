import type { ReleasableReplayStore } from '../../lib/store/replay-store.ts'

/** A replay store of one test, that it can make fail. */
export interface ClaimedOnce extends ReleasableReplayStore {
  /** What was claimed, and until when. */
  readonly claims: ReadonlyMap<string, number>
  setDown(down: boolean): void
}

export function claimedOnce(): ClaimedOnce {
  const claims = new Map<string, number>()
  let isDown = false
  return {
    claims,
    claim(id, expiresAt) {
      if (isDown) throw new Error('the replay store is down')
      const isFirst = !claims.has(id)
      if (isFirst) claims.set(id, expiresAt)
      return isFirst
    },
    release(id) {
      if (isDown) throw new Error('the replay store is down')
      claims.delete(id)
    },
    setDown(down) {
      isDown = down
    },
  }
}
