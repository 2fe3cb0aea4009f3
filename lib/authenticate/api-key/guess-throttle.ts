import { LRUCache } from 'lru-cache'
import { type Clock, systemClock } from '../../effects.ts'
import { AuthError } from '../../errors.ts'
import { networkOf } from '../../network.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber } from '../../options.ts'

export interface GuessThrottleOptions {
  /** How many bad keys a network may present within the window. Default 30. */
  readonly limit?: number
  /** Default 60. */
  readonly windowSeconds?: number
  /** How many networks are remembered; the one unseen for longest is forgotten first. Default 100,000. */
  readonly maxNetworks?: number
  readonly now?: Clock
}

/** Counts bad keys by the network they come from. A good key is never its business. */
export interface GuessThrottle {
  /** Counts a bad key; the error to answer with once there are too many. */
  note(clientAddress: string): AuthError | undefined
  /** What `note` would answer, without counting. */
  peek(clientAddress: string): AuthError | undefined
}

interface Window {
  readonly endsAt: number
  count: number
}

/** @throws TypeError when an option is wrong */
export function guessThrottle(options: GuessThrottleOptions = {}): GuessThrottle {
  assertKnownKeys('guessThrottle', options, ['limit', 'windowSeconds', 'maxNetworks', 'now'])
  const { limit = 30, windowSeconds = 60, maxNetworks = 100_000, now = systemClock } = options
  assertPositiveNumber('guessThrottle', 'limit', limit, 1)
  assertPositiveNumber('guessThrottle', 'windowSeconds', windowSeconds)
  assertPositiveNumber('guessThrottle', 'maxNetworks', maxNetworks, 1)
  assertFunction('guessThrottle', 'now', now)
  const windows = new LRUCache<string, Window>({ max: Math.floor(maxNetworks) })

  return {
    note(clientAddress) {
      const network = networkOf(clientAddress)
      const at = now()
      let window = windows.get(network)
      if (!window || at >= window.endsAt) {
        window = { endsAt: at + windowSeconds, count: 0 }
        windows.set(network, window)
      }
      window.count++
      return window.count <= limit ? undefined : tooMany(window.endsAt - at)
    },
    peek(clientAddress) {
      const at = now()
      const window = windows.peek(networkOf(clientAddress))
      if (!window || at >= window.endsAt) return undefined
      return window.count + 1 <= limit ? undefined : tooMany(window.endsAt - at)
    },
  }
}

function tooMany(retryAfterSeconds: number): AuthError {
  return new AuthError('too_many_requests', { reason: 'guessing', retryAfterSeconds })
}
