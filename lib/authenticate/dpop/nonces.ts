import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../effects.ts'
import { assertBoolean, assertKnownKeys, assertPositiveNumber, invalidOption } from '../../options.ts'

export interface NonceOptions {
  /** At least 32 random bytes, the same in the whole fleet: then each instance knows the nonces of the others. */
  readonly secret: string | Uint8Array
  /** How long a nonce is given out. It is taken for as long again. Default 300. */
  readonly windowSeconds?: number
  /**
   * Whether proofs without a nonce are refused. Default true. With false only wrong ones are: so a fleet learns of a secret,
   * instance by instance, before it demands nonces.
   */
  readonly required?: boolean
}

const MIN_SECRET_BYTES = 32
const MAX_WINDOW_SECONDS = 86_400

/**
 * Nonces that nobody has to remember (RFC 9449 §8, §9): each stands for a window of time, and cannot be foretold without
 * the secret. So a proof that holds one was made in that window or after it.
 */
export class Nonces {
  readonly isRequired: boolean
  readonly #secret: KeyObject
  readonly #windowSeconds: number
  readonly #now: Clock
  #last: { readonly window: number; readonly current: string; readonly previous: string } | undefined

  /** @throws TypeError when an option is missing, unknown or unsafe */
  constructor(factory: string, options: NonceOptions, now: Clock) {
    assertKnownKeys(factory, options, ['secret', 'windowSeconds', 'required'])
    const { windowSeconds = 300, required = true } = options
    assertPositiveNumber(factory, 'nonces.windowSeconds', windowSeconds, 1)
    if (windowSeconds > MAX_WINDOW_SECONDS) {
      throw invalidOption(factory, `"nonces.windowSeconds" must be at most ${MAX_WINDOW_SECONDS}`)
    }
    assertBoolean(factory, 'nonces.required', required)
    this.isRequired = required
    this.#secret = secretOf(factory, options.secret)
    this.#windowSeconds = windowSeconds
    this.#now = now
  }

  /** The nonce to make proofs with from now on. */
  current(): string {
    return this.#nonces().current
  }

  /** Whether it is the nonce of this window or of the one before. */
  isGood(nonce: string): boolean {
    const { current, previous } = this.#nonces()
    const sent = Buffer.from(nonce)
    return isSame(sent, current) || isSame(sent, previous)
  }

  #nonces(): { readonly current: string; readonly previous: string } {
    const window = Math.floor(this.#now() / this.#windowSeconds)
    if (this.#last?.window !== window) {
      this.#last = { window, current: this.#nonceOf(window), previous: this.#nonceOf(window - 1) }
    }
    return this.#last
  }

  #nonceOf(window: number): string {
    const text = `gatewarden: DPoP nonce of window ${window} of ${this.#windowSeconds} s`
    return createHmac('sha256', this.#secret).update(text).digest('base64url')
  }
}

function secretOf(factory: string, secret: unknown): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (!(bytes instanceof Uint8Array) || bytes.length < MIN_SECRET_BYTES) {
    throw invalidOption(
      factory,
      `"nonces.secret" must be at least ${MIN_SECRET_BYTES} random bytes, the same in the fleet`,
    )
  }
  return createSecretKey(bytes)
}

function isSame(sent: Buffer, expected: string): boolean {
  return sent.length === expected.length && timingSafeEqual(sent, Buffer.from(expected))
}
