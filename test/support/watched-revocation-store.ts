import type { Awaitable } from '../../lib/effects.ts'
import type { RevocationStore } from '../../lib/store/revocation-store.ts'

export interface WatchedRevocationStore {
  readonly store: RevocationStore
  /** What it was asked, in order, such as `read`. */
  readonly calls: readonly string[]
  /** From now on it throws this; `undefined` ends that. */
  fail(error: unknown): void
  /** From now on it answers later: when `release` is called. */
  hold(): void
  release(): void
}

/** A store that fails and waits as a test wants. */
export function watchedRevocationStore(inner: RevocationStore): WatchedRevocationStore {
  const calls: string[] = []
  let failure: { readonly error: unknown } | undefined
  let held: PromiseWithResolvers<void> | undefined
  const asked = <T>(name: string, answer: () => Awaitable<T>): Awaitable<T> => {
    calls.push(name)
    if (failure) throw failure.error
    return held ? held.promise.then(answer) : answer()
  }
  return {
    calls,
    store: {
      append: (revocation) => asked('append', () => inner.append(revocation)),
      read: (cursor, limit) => asked('read', () => inner.read(cursor, limit)),
      purge: (expiredBy) => asked('purge', () => inner.purge(expiredBy)),
    },
    fail(error) {
      failure = error === undefined ? undefined : { error }
    },
    hold() {
      held = Promise.withResolvers()
    },
    release() {
      held?.resolve()
      held = undefined
    },
  }
}
