import type { Pepper } from '../../lib/api-key.ts'
import { type ApiKeys, type ApiKeysOptions, apiKeys } from '../../lib/keys/api-keys.ts'
import type { KeyStore } from '../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'
import { type TestClock, testClock } from './test-clock.ts'

export interface ApiKeysFixture {
  readonly keys: ApiKeys
  readonly store: KeyStore
  readonly clock: TestClock
}

/** The life of keys on a store in memory, with a clock that the test moves. */
export function apiKeysFixture(options: Partial<ApiKeysOptions> = {}): ApiKeysFixture {
  const clock = testClock()
  const store = options.store ?? memoryKeyStore()
  return { keys: apiKeys({ now: clock.now, ...options, store }), store, clock }
}

/** A pepper of one repeated byte. */
export function pepperOf(byte: number): Pepper {
  return new Uint8Array(32).fill(byte)
}

/** Fails the test when a change was refused. */
export function granted<T extends object>(answer: T): Exclude<T, { readonly problem: string }> {
  if ('problem' in answer) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer as Exclude<T, { readonly problem: string }>
}
