/**
 * How long work takes this process's processor, in milliseconds: a machine that is busy with others makes it wait, and that
 * is not counted. For work that waits for nothing.
 */
export function cpuTimed<Result>(work: () => Result): { readonly result: Result; readonly took: number } {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return { result, took: (user + system) / 1_000 }
}
