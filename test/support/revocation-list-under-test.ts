import {
  type LocalRevocationList,
  type RevocationListOptions,
  revocationList,
} from '../../lib/store/local-revocation-list.ts'
import { memoryRevocationStore } from '../../lib/store/memory-revocations.ts'
import type { RevocationStore } from '../../lib/store/revocation-store.ts'
import { type TestClock, testClock } from './clock.ts'
import { type ManualSchedule, manualSchedule } from './manual-schedule.ts'
import { type WatchedRevocationStore, watchedRevocationStore } from './watched-revocation-store.ts'

export interface RevocationListUnderTest {
  readonly list: LocalRevocationList
  readonly clock: TestClock
  /** Polls when it is run. */
  readonly timer: ManualSchedule
  /** What another instance would write into. */
  readonly inner: RevocationStore
  readonly watched: WatchedRevocationStore
  readonly warnings: readonly string[]
}

/** A list on a store in memory, of which a test has the clock, the timer and the failures. */
export function revocationListUnderTest(options: Partial<RevocationListOptions> = {}): RevocationListUnderTest {
  const clock = testClock()
  const timer = manualSchedule()
  const inner = memoryRevocationStore()
  const watched = watchedRevocationStore(inner)
  const warnings: string[] = []
  const { store } = watched
  const warn = (message: string) => void warnings.push(message)
  const list = revocationList({ store, now: clock.now, schedule: timer.schedule, warn, ...options })
  return { list, clock, timer, inner, watched, warnings }
}
