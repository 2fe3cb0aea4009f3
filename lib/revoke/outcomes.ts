import { hash } from 'node:crypto'

export interface Outcome<T> {
  readonly isFirst: boolean
  readonly outcome: Promise<T>
}

/**
 * Does each piece of work once in this process, as long as its id is remembered: whoever comes with the same id shares what
 * came of it. A failure is not remembered, so that whoever tries again succeeds.
 */
export function rememberedOutcomes<T>(max: number): (id: readonly unknown[], work: () => Promise<T>) => Outcome<T> {
  /** By hash, for what a token calls itself may be long. A map keeps the order: the oldest is the first. */
  const outcomes = new Map<string, Promise<T>>()
  return (id, work) => {
    const name = hash('sha256', JSON.stringify(id), 'base64url')
    const before = outcomes.get(name)
    if (before) return { isFirst: false, outcome: before }
    const outcome = work()
    outcomes.set(name, outcome)
    outcome.catch(() => outcomes.delete(name))
    const [oldest] = outcomes.keys()
    if (outcomes.size > max && oldest !== undefined) outcomes.delete(oldest)
    return { isFirst: true, outcome }
  }
}
