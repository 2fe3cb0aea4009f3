import { type Awaitable, onceThere } from '../effects.ts'
import type { RequestView } from '../request-view.ts'
import type { ReplayStore } from '../store/replay-store.ts'
import type { Authentication, Authenticator, Rehearsal } from './authenticator.ts'

/** What an authenticator would answer. One that says nothing of effects has none, so it is asked as it is. */
export function rehearse(authenticator: Authenticator, request: RequestView, freshly?: boolean): Awaitable<Rehearsal> {
  if (authenticator.rehearse) return authenticator.rehearse(request, freshly)
  return onceThere(authenticator.authenticate(request, freshly), rehearsalOf)
}

export function rehearsalOf(answer: Authentication): Rehearsal {
  return { answer, untold: [] }
}

/**
 * Asks what uses something up with each good answer, and uses nothing up: whether it has been used before stays open.
 * @param ask does as ever, with the replay store that it is given
 */
export function withoutClaims(
  what: string,
  ask: (replayStore: ReplayStore) => Awaitable<Authentication>,
): Awaitable<Rehearsal> {
  const untold: string[] = []
  const answer = ask({
    claim() {
      untold.push(`whether ${what} has been used before, for to ask would use it up`)
      return true
    },
  })
  return onceThere(answer, (known) => ({ answer: known, untold }))
}
