import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../effects.ts'
import { DependencyError } from '../../../errors.ts'
import type { Decision } from '../../policy.ts'

export interface OpaCacheOptions {
  /** How long a decision is remembered at most, and so how long a change of the policy may take to be seen: up to 300. */
  readonly ttlSeconds: number
  /** How many decisions are remembered. Default 10,000. */
  readonly max?: number
}

export interface SharedDecisionsOptions {
  readonly name: string
  readonly maxInFlight: number
  readonly cache: Required<OpaCacheOptions> | undefined
  readonly now: Clock
}

interface Remembered {
  readonly decision: Decision
  /** Epoch seconds. */
  readonly until: number
}

/**
 * Decisions by the very text of the question, whole: who asks the same while it is being asked waits for the one answer, and
 * who asks it again soon is given the one before. A failure is shared with those who wait, and never remembered.
 */
export class SharedDecisions {
  readonly #options: SharedDecisionsOptions
  readonly #inFlight = new Map<string, Promise<Decision>>()
  readonly #remembered: LRUCache<string, Remembered> | undefined

  constructor(options: SharedDecisionsOptions) {
    this.#options = options
    this.#remembered = options.cache && new LRUCache({ max: options.cache.max })
  }

  /**
   * @param expiresAt when who it is about expires, in epoch seconds: no decision is remembered longer
   * @throws DependencyError (rejects) when too much is being asked, and what `ask` does
   */
  get(question: string, expiresAt: number | undefined, ask: () => Promise<Decision>): Decision | Promise<Decision> {
    const key = hash('sha256', question, 'base64url')
    const remembered = this.#remembered?.get(key)
    if (remembered && this.#isGood(remembered)) return remembered.decision
    const inFlight = this.#inFlight.get(key)
    if (inFlight) return inFlight
    if (this.#inFlight.size >= this.#options.maxInFlight) {
      throw new DependencyError(this.#options.name, 'is asked too much at once')
    }
    const askedAt = this.#options.now()
    const asked = ask()
      .then((decision) => {
        this.#remember(key, decision, askedAt, expiresAt)
        return decision
      })
      .finally(() => this.#inFlight.delete(key))
    this.#inFlight.set(key, asked)
    return asked
  }

  /** A clock that was set back makes nothing last longer. */
  #isGood({ until }: Remembered): boolean {
    const { cache, now } = this.#options
    const left = until - now()
    return left > 0 && left <= (cache?.ttlSeconds ?? 0)
  }

  /** From when it was asked: what has changed since then may not be in the answer. */
  #remember(key: string, decision: Decision, askedAt: number, expiresAt = Number.POSITIVE_INFINITY): void {
    const { cache } = this.#options
    if (cache) this.#remembered?.set(key, { decision, until: Math.min(askedAt + cache.ttlSeconds, expiresAt) })
  }
}
