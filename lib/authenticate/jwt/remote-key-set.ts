import { createPublicKey } from 'node:crypto'
import jwksRsa from 'jwks-rsa'
import { withinDeadline } from '../../deadline.ts'
import type { Awaitable, Clock, Fetch } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { fetchJson } from '../../fetch-json.ts'
import type { JwsAlgorithm } from './algorithms.ts'
import { KeyIndex, type KeySet } from './key-set.ts'
import { type ImportedKeys, nameOf, signatureEntries, sortOut, type VerificationKey } from './verification-keys.ts'

export interface KeySetTimes {
  /** Keys older than this are refreshed in the background, at the next use. Default 300. */
  readonly refreshAfterSeconds?: number
  /** Keys older than this are not used at all, when the issuer cannot be reached: then 503. Default 3,600. */
  readonly maxStaleSeconds?: number
  /** How long an unknown `kid` waits for the next fetch after the last. Default 30. */
  readonly cooldownSeconds?: number
  /** How long a failed fetch waits for the next. Default 1. */
  readonly retryAfterSeconds?: number
  /** Bounds a refresh as a whole, discovery included. Default 5,000. */
  readonly deadlineMs?: number
}

export const KEY_SET_TIMES: Required<KeySetTimes> = {
  refreshAfterSeconds: 300,
  maxStaleSeconds: 3_600,
  cooldownSeconds: 30,
  retryAfterSeconds: 1,
  deadlineMs: 5_000,
}

export interface RemoteKeySetOptions extends Required<KeySetTimes> {
  /** Finds the URL of the key set, within the signal's deadline. */
  readonly locate: (signal: AbortSignal) => Awaitable<string>
  readonly fetch: Fetch
  readonly now: Clock
  /** Hears of keys that are left out and of refreshes that fail. */
  readonly warn: (message: string) => void
}

export const MAX_DOCUMENT_BYTES: number = 512 * 1024

/**
 * An issuer's published keys. One fetch is in flight at a time and brings the whole set, so any fetch makes any new key
 * known; junk `kid`s can cause one fetch per cooldown and keep nobody from keys that are known. When the issuer cannot
 * be reached, known keys go on working for a bounded time. Nothing is fetched before the first token.
 */
export class RemoteKeySet implements KeySet {
  readonly #options: RemoteKeySetOptions
  #index: KeyIndex | undefined
  #fetchedAt = Number.NEGATIVE_INFINITY
  #nextFetchAt = Number.NEGATIVE_INFINITY
  #inFlight: Promise<KeyIndex> | undefined
  #warned = ''
  /** The last refresh failed: what is not known may be new. */
  #isFailing = false

  constructor(options: RemoteKeySetOptions) {
    this.#options = options
  }

  find(keyId: string | undefined, algorithm: JwsAlgorithm): Awaitable<VerificationKey | undefined> {
    this.#noticeSetBack()
    const index = this.#usable()
    const known = index?.find(keyId, algorithm)
    if (known) {
      this.#refreshAhead()
      return known
    }
    if (this.#inFlight ?? this.#mayFetch()) return this.#refreshed().then((fresh) => fresh.find(keyId, algorithm))
    if (index && !this.#isFailing) return undefined
    throw new DependencyError('key set', 'cannot be reached; the next try is due in a moment')
  }

  holds(id: string): boolean {
    this.#noticeSetBack()
    const index = this.#usable()
    this.#refreshAhead()
    return index?.holds(id) ?? false
  }

  /** A clock that was set back must neither keep keys for longer nor put off the next fetch: it is due at once. */
  #noticeSetBack(): void {
    const { now, refreshAfterSeconds } = this.#options
    const at = now()
    if (at >= this.#fetchedAt) return
    this.#fetchedAt = at - refreshAfterSeconds
    if (!this.#inFlight) this.#nextFetchAt = at
  }

  #usable(): KeyIndex | undefined {
    return this.#options.now() - this.#fetchedAt < this.#options.maxStaleSeconds ? this.#index : undefined
  }

  #mayFetch(): boolean {
    return this.#options.now() >= this.#nextFetchAt
  }

  #refreshAhead(): void {
    const age = this.#options.now() - this.#fetchedAt
    if (age < this.#options.refreshAfterSeconds || this.#inFlight || !this.#mayFetch()) return
    // The failure has been told to `warn`; the known keys are good for a while.
    this.#refreshed().catch(() => undefined)
  }

  #refreshed(): Promise<KeyIndex> {
    this.#inFlight ??= this.#refresh().finally(() => {
      this.#inFlight = undefined
    })
    return this.#inFlight
  }

  async #refresh(): Promise<KeyIndex> {
    const { now, cooldownSeconds, retryAfterSeconds, warn } = this.#options
    this.#nextFetchAt = Number.POSITIVE_INFINITY
    try {
      const { keys, ignored } = await withinDeadline('key set', this.#options.deadlineMs, (signal) =>
        this.#fetchKeys(signal),
      )
      if (keys.length === 0) throw new DependencyError('key set', 'holds no usable key')
      this.#warnOnce(ignored.map((problem) => `key set: ignored: ${problem}`).join('; '))
      this.#index = new KeyIndex(keys)
      this.#fetchedAt = now()
      this.#nextFetchAt = now() + cooldownSeconds
      this.#isFailing = false
      return this.#index
    } catch (error) {
      this.#nextFetchAt = now() + retryAfterSeconds
      this.#isFailing = true
      warn(error instanceof Error ? error.message : 'key set: the refresh failed')
      throw error
    }
  }

  async #fetchKeys(signal: AbortSignal): Promise<ImportedKeys> {
    const { locate, fetch } = this.#options
    const jwksUri = await locate(signal)
    const document = await fetchJson('key set', jwksUri, { fetch, signal, maxBytes: MAX_DOCUMENT_BYTES })
    return parseKeySet(jwksUri, document)
  }

  #warnOnce(message: string): void {
    if (message !== '' && message !== this.#warned) this.#options.warn(message)
    this.#warned = message
  }
}

/** jwks-rsa parses; it is handed a document that has been fetched and sorted already. */
async function parseKeySet(jwksUri: string, document: unknown): Promise<ImportedKeys> {
  const { entries, ignored } = entriesOf(document)
  if (entries.length === 0) return { keys: [], ignored }
  const fetcher = async () => ({ keys: entries })
  const client = jwksRsa({ jwksUri, cache: false, rateLimit: false, fetcher })
  const signingKeys = await client.getSigningKeys().catch((cause: unknown) => {
    throw new DependencyError('key set', 'holds no usable key', { cause })
  })
  const unread = entries.filter((entry) => !signingKeys.some((key) => key.kid === entry.kid))
  const candidates = signingKeys.map((signingKey) => ({
    name: nameOf(signingKey),
    keyId: signingKey.kid || undefined,
    algorithm: signingKey.alg || undefined,
    key: createPublicKey(signingKey.getPublicKey()),
  }))
  return sortOut(candidates, [...ignored, ...unread.map((entry) => `${nameOf(entry)} cannot be read`)])
}

/** Preparing a key takes time in which nothing else is done, and whoever runs an issuer decides how many there are. */
const MAX_KEYS = 256

function entriesOf(document: unknown): ReturnType<typeof signatureEntries> {
  let found: ReturnType<typeof signatureEntries>
  try {
    found = signatureEntries(document)
  } catch (cause) {
    throw new DependencyError('key set', 'is no JWK Set', { cause })
  }
  const count = found.entries.length + found.ignored.length
  if (count > MAX_KEYS) throw new DependencyError('key set', `holds ${count} keys, more than ${MAX_KEYS}`)
  return found
}
