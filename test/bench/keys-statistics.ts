export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

export interface WelchTest {
  readonly meanA: number
  readonly meanB: number
  readonly t: number
}

/** Welch's t: how far two means are apart, in units of what chance would make of it. Beyond ±4.5 it is no chance. */
export function welch(a: readonly number[], b: readonly number[]): WelchTest {
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  const error = Math.sqrt(varianceOf(a, meanA) / a.length + varianceOf(b, meanB) / b.length)
  return { meanA, meanB, t: error === 0 ? 0 : (meanA - meanB) / error }
}

/** Drops what the garbage collector or another process made slow: above a bound that is the same for both. */
export function croppedAt(share: number, a: readonly number[], b: readonly number[]): [number[], number[]] {
  const all = [...a, ...b].sort((x, y) => x - y)
  const bound = all[Math.floor(all.length * share)] ?? Number.POSITIVE_INFINITY
  return [a.filter((value) => value < bound), b.filter((value) => value < bound)]
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function varianceOf(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
