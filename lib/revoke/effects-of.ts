import type { IssuerEffects } from '../authenticate/jwt/issuer-keys.ts'
import { type Clock, type Fetch, systemClock } from '../effects.ts'
import { assertFunction } from '../options.ts'
import { emitWarning } from '../warning.ts'

/** What touches the world. */
export interface EffectOptions {
  readonly fetch?: Fetch
  readonly now?: Clock
  /** Hears of ignored keys, failed refreshes and ignored events. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void
}

export const EFFECT_OPTIONS: readonly string[] = ['fetch', 'now', 'warn']

/** @throws TypeError when one of them is no function */
export function effectsOf(factory: string, options: EffectOptions): IssuerEffects {
  const { fetch = globalThis.fetch, now = systemClock, warn = emitWarning } = options
  assertFunction(factory, 'fetch', fetch)
  assertFunction(factory, 'now', now)
  assertFunction(factory, 'warn', warn)
  return { fetch, now, warn }
}
