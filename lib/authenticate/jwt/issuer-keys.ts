import type { Clock, Fetch } from '../../effects.ts'
import {
  assertDelayMs,
  assertEndpoint,
  assertKnownKeys,
  assertPositiveNumber,
  dangerouslyAllowHttp,
  invalidOption,
} from '../../options.ts'
import { discoverJwksUri } from './discovery.ts'
import { fixedKeySet } from './fixed-key-set.ts'
import type { KeySet } from './key-set.ts'
import { KEY_SET_TIMES, type KeySetTimes, MAX_DOCUMENT_BYTES, RemoteKeySet } from './remote-key-set.ts'
import { secretKeySet } from './secret-key-set.ts'

export interface IssuerEffects {
  readonly fetch: Fetch
  readonly now: Clock
  /** Hears of ignored keys and failed refreshes. */
  readonly warn: (message: string) => void
}

/** Where the keys of an issuer are: by discovery, unless one of the others is given. */
export interface KeySource {
  readonly issuer: string
  readonly jwksUri?: string
  readonly keys?: { readonly keys: readonly object[] }
  readonly secret?: string | Uint8Array
  readonly keySet?: KeySetTimes
  readonly [dangerouslyAllowHttp]?: boolean
}

/**
 * The keys of an issuer, from where its options say they are.
 * @throws TypeError when they say nothing usable
 */
export function issuerKeys(factory: string, options: KeySource, effects: IssuerEffects): KeySet {
  const { issuer, jwksUri, keys, secret } = options
  const allowHttp = options[dangerouslyAllowHttp] === true
  const times = { ...KEY_SET_TIMES, ...options.keySet }
  assertKnownKeys(`${factory}.keySet`, times, Object.keys(KEY_SET_TIMES))
  for (const [name, value] of Object.entries(times)) assertPositiveNumber(`${factory}.keySet`, name, value)
  assertDelayMs(`${factory}.keySet`, 'deadlineMs', times.deadlineMs)
  if ([jwksUri, keys, secret].filter((source) => source !== undefined).length > 1) {
    throw invalidOption(factory, 'give one of "jwksUri", "keys" and "secret", or none for discovery')
  }
  if (secret !== undefined) return secretKeySet(factory, secret)
  if (keys !== undefined) return fixedKeySet(factory, keys)
  if (jwksUri !== undefined) {
    assertEndpoint(factory, 'jwksUri', jwksUri, allowHttp)
    return new RemoteKeySet({ ...times, ...effects, locate: () => jwksUri })
  }
  assertEndpoint(factory, 'issuer', issuer, allowHttp)
  const { fetch } = effects
  const locate = (signal: AbortSignal) =>
    discoverJwksUri(issuer, allowHttp, { fetch, signal, maxBytes: MAX_DOCUMENT_BYTES })
  return new RemoteKeySet({ ...times, ...effects, locate })
}
