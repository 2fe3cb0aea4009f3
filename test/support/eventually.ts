import { setImmediate as turn } from 'node:timers/promises'

/** For what goes on in the background, with no event that tells its end. Far longer than any of it needs. */
const LONGEST_MS = 10_000

/** Checks again, a turn of the event loop apart, until the check holds. @throws what the check threw last */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const end = performance.now() + LONGEST_MS
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > end) throw error
      await turn()
    }
  }
}
