import { hash } from 'node:crypto'
import type { Clock } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { ReleasableReplayStore } from '../replay-store.ts'
import type { RedisCommand } from './redis-command.ts'

/**
 * How much longer than asked an id is kept. Redis counts the time that passes, and who asks compares with a clock: one
 * that is behind the others of the fleet, or is set back, would otherwise find the id forgotten before it has expired.
 */
const CLOCK_SKEW_SECONDS = 300

/** Claimed ids, each a name in Redis that goes by itself. */
export class RedisReplays implements ReleasableReplayStore {
  readonly #command: RedisCommand
  readonly #prefix: string
  readonly #now: Clock

  constructor(command: RedisCommand, namespace: string, now: Clock) {
    this.#command = command
    this.#prefix = `${namespace}replay:`
    this.#now = now
  }

  async claim(id: string, expiresAt: number): Promise<boolean> {
    const seconds = expiresAt - this.#now()
    // Written so that NaN is refused too.
    if (!(seconds > 0 && seconds < Infinity)) return false
    const milliseconds = Math.ceil((seconds + CLOCK_SKEW_SECONDS) * 1_000)
    const reply = await this.#ask('SET', this.#nameOf(id), '1', 'NX', 'PX', String(milliseconds))
    if (reply === 'OK') return true
    if (reply === null) return false
    throw new DependencyError('replay store', 'gave no usable answer')
  }

  async release(id: string): Promise<void> {
    await this.#ask('DEL', this.#nameOf(id))
  }

  #nameOf(id: string): string {
    return this.#prefix + hash('sha256', id, 'base64url')
  }

  /** One command, in one round trip: what Redis runs one after the other, nobody can get between. */
  async #ask(command: string, ...args: string[]): Promise<unknown> {
    try {
      return await this.#command(command, ...args)
    } catch (cause) {
      throw new DependencyError('replay store', 'cannot be asked', { cause })
    }
  }
}
