/** Random numbers that are the same in every run (mulberry32), so that a failing case can be run again. */
export interface SeededRandom {
  /** From 0 to `below - 1`. */
  integer(below: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  chance(probability: number): boolean
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (below: number) => Math.floor(fraction() * below)
  return {
    integer,
    pick: (items) => items[integer(items.length)] ?? items[0],
    chance: (probability) => fraction() < probability,
  }
}
