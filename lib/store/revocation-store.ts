import type { Awaitable } from '../effects.ts'
import type { Revocation } from './revocation-list.ts'

/** What was appended after a cursor. */
export interface RevocationPage {
  /** In the order in which they were appended. What has expired may be among them. */
  readonly revocations: readonly Revocation[]
  /** Where the next page begins: after the last of these. */
  readonly cursor: string
  /** Whether that was all there is at the moment. */
  readonly isLast: boolean
}

/**
 * Revocations as a log that many instances write and read. An acknowledged one survives a crash as far as the backend
 * promises, and is read by everyone who reads on after that: it never appears before a cursor that was handed out
 * already. A store that cannot answer throws.
 */
export interface RevocationStore {
  /** @throws DependencyError (or rejects) when it is not kept: a full store refuses, it never forgets another early */
  append(revocation: Revocation): Awaitable<void>
  /**
   * Reads on.
   * @param cursor of the page before; empty for the beginning. One that the store does not know (it was restored, emptied
   * or replaced, or has purged what it stood for) means the beginning too: nothing is missed, some is read twice
   * @param limit how many at most
   * @throws DependencyError (or rejects) when there is something that is no revocation
   */
  read(cursor: string, limit: number): Awaitable<RevocationPage>
  /**
   * Removes what expired at `expiredBy` (epoch seconds) or before. The newest stays, whatever its age: cursors stand on
   * it.
   */
  purge(expiredBy: number): Awaitable<void>
  /**
   * Calls back soon after something was appended, by whomever. A hint: it may be lost, so whoever listens also reads on
   * from time to time.
   * @returns what ends it
   */
  subscribe?(onAppended: () => void): Awaitable<() => unknown>
}
