import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

export interface Outcome<T> {
  readonly isFirst: boolean
  readonly outcome: Promise<T>
}

/**
 * Does each piece of work once in this process, as long as its id is remembered: whoever comes with the same id shares what
 * came of it. A failure is not remembered, so that whoever tries again succeeds.
 */
export function rememberedOutcomes<T>(max: number): (id: readonly unknown[], work: () => Promise<T>) => Outcome<T> {
  // By hash: what a token calls itself may be long.
  const outcomes = new LRUCache<string, Promise<T>>({ max })
  return (id, work) => {
    const name = hash('sha256', JSON.stringify(id), 'base64url')
    const before = outcomes.get(name)
    if (before) return { isFirst: false, outcome: before }
    const outcome = work()
    outcomes.set(name, outcome)
    outcome.catch(() => outcomes.delete(name))
    return { isFirst: true, outcome }
  }
}
