import { hash } from 'node:crypto'
import type { Clock } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { ReplayStore } from '../replay-store.ts'
import type { RedisCommand } from './redis-command.ts'

/**
 * How much longer than asked an id is kept. Redis counts the time that passes, and who asks compares with a clock: one
 * that is behind the others of the fleet, or is set back, would otherwise find the id forgotten before it has expired.
 */
const CLOCK_SKEW_SECONDS = 300

/** Claimed ids, each a name in Redis that goes by itself. */
export class RedisReplays implements ReplayStore {
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
    const name = this.#prefix + hash('sha256', id, 'base64url')
    const reply = await this.#set(name, Math.ceil((seconds + CLOCK_SKEW_SECONDS) * 1_000))
    if (reply === 'OK') return true
    if (reply === null) return false
    throw new DependencyError('replay store', 'gave no usable answer')
  }

  /** One command, in one round trip: what Redis runs one after the other, nobody can get between. */
  async #set(name: string, milliseconds: number): Promise<unknown> {
    try {
      return await this.#command('SET', name, '1', 'NX', 'PX', String(milliseconds))
    } catch (cause) {
      throw new DependencyError('replay store', 'cannot be asked', { cause })
    }
  }
}
