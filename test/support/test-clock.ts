/** A clock that stands still until a test moves it. Epoch seconds. */
export interface TestClock {
  readonly now: () => number
  at: number
}

export function testClock(at: number = 1_764_000_000): TestClock {
  const clock: TestClock = { at, now: () => clock.at }
  return clock
}
