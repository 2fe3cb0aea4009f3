import { NOW } from './access-token.ts'

/** A clock that a test sets. */
export interface TestClock {
  now(): number
  advance(seconds: number): void
  set(epochSeconds: number): void
}

export function testClock(start: number = NOW): TestClock {
  let time = start
  return {
    now: () => time,
    advance(seconds) {
      time += seconds
    },
    set(epochSeconds) {
      time = epochSeconds
    },
  }
}
