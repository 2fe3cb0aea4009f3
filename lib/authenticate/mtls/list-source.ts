import { readFile } from 'node:fs/promises'
import { withinDeadline } from '../../deadline.ts'
import type { Clock, Fetch } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { fetchBytes } from '../../fetch-bounded.ts'
import type { Warn } from '../../warning.ts'
import type { Certificate } from './certificate.ts'
import { derOf } from './certificate-source.ts'
import { DerError } from './der.ts'
import { type RevocationList, readRevocationList } from './revocation-list.ts'

export interface ListSourceSettings {
  /** Who may have signed lists. */
  readonly authorities: () => readonly Certificate[]
  readonly refreshAfterSeconds: number
  /** Bounds a refresh as a whole. */
  readonly deadlineMs: number
  readonly fetch: Fetch
  readonly now: Clock
  readonly warn: Warn
}

const DEPENDENCY = 'revocation list'
const RETRY_SECONDS = 5
/** Clocks of authorities may be a little ahead. */
const MAX_AHEAD_SECONDS = 300
/** About a million entries. */
const MAX_BYTES = 64 * 1024 * 1024
/** Each costs a signature, and a list that is repeated is signed as well. */
const MAX_LISTS = 100

/**
 * One place that lists come from, and what was found there last. It is looked at again before what is known is out of
 * date, at the next use; what cannot be read changes nothing, until what is known is out of date.
 */
export class ListSource {
  readonly #place: string
  readonly #settings: ListSourceSettings
  #lists: readonly RevocationList[] | undefined
  #loadedAt = Number.NEGATIVE_INFINITY
  #refreshAt = Number.NEGATIVE_INFINITY
  #nextTryAt = Number.NEGATIVE_INFINITY
  #inFlight: Promise<void> | undefined

  /** @param place the name of a file, or a URL */
  constructor(place: string, settings: ListSourceSettings) {
    this.#place = place
    this.#settings = settings
  }

  /** What was found last, perhaps out of date; nothing before anything was. */
  get lists(): readonly RevocationList[] {
    return this.#lists ?? []
  }

  /** Whether to wait for it, to know whether a certificate of that authority is revoked. */
  isNeededFor(authorityId: string, at: number): boolean {
    if (!this.#lists) return true
    return this.#lists.some((list) => list.authorityId === authorityId && at > list.nextUpdate)
  }

  refreshAhead(at: number): void {
    // A clock that was set back puts nothing off.
    const isDue = at >= this.#refreshAt || at < this.#loadedAt
    if (!isDue || this.#inFlight || at < this.#nextTryAt) return
    // The failure has been told to `warn`; what is known is good for a while.
    this.load().catch(() => undefined)
  }

  /** Looks again. One look is in flight at a time; after one that failed, the next waits a little. */
  load(isForced = false): Promise<void> {
    if (this.#inFlight) return this.#inFlight
    const at = this.#settings.now()
    if (!isForced && at < this.#nextTryAt && at >= this.#nextTryAt - RETRY_SECONDS) {
      return Promise.reject(new DependencyError(DEPENDENCY, 'cannot be had; the next try is due in a moment'))
    }
    this.#inFlight = this.#load().finally(() => {
      this.#inFlight = undefined
    })
    return this.#inFlight
  }

  async #load(): Promise<void> {
    const { now, deadlineMs, warn } = this.#settings
    try {
      const bytes = await withinDeadline(DEPENDENCY, deadlineMs, (signal) => this.#read(signal))
      this.accept(bytes)
      this.#nextTryAt = Number.NEGATIVE_INFINITY
    } catch (cause) {
      this.#nextTryAt = now() + RETRY_SECONDS
      const error =
        cause instanceof DependencyError ? cause : new DependencyError(DEPENDENCY, problemOf(cause), { cause })
      warn(error.message)
      throw error
    }
  }

  async #read(signal: AbortSignal): Promise<Uint8Array> {
    if (!isUrl(this.#place)) return readFile(this.#place, { signal })
    const { fetch } = this.#settings
    const { bytes } = await fetchBytes(DEPENDENCY, this.#place, {}, { fetch, signal, maxBytes: MAX_BYTES })
    return bytes
  }

  /**
   * Takes what was found, whole or not at all.
   * @throws DerError when a list in it cannot be used
   */
  accept(source: string | Uint8Array): void {
    const { authorities, now, refreshAfterSeconds } = this.#settings
    const found = derOf(source, 'X509 CRL')
    if (!found || found.length === 0) throw new DerError('it holds no list')
    if (found.length > MAX_LISTS) throw new DerError('it holds too many lists')
    const lists = found.map((der) => readRevocationList(der, authorities()))
    const at = now()
    for (const list of lists) {
      if (list.thisUpdate > at + MAX_AHEAD_SECONDS) throw new DerError('it is from the future')
      const before = this.lists.find(({ editionOf }) => editionOf === list.editionOf)
      if (before && before.thisUpdate > list.thisUpdate) throw new DerError('it is older than the one before')
    }
    this.#lists = lists
    this.#loadedAt = at
    const lastsUntil = Math.min(...lists.map(({ nextUpdate }) => nextUpdate))
    this.#refreshAt = at + Math.min(refreshAfterSeconds, Math.max(0, lastsUntil - at) / 2)
  }
}

export function isUrl(place: string): boolean {
  return /^https?:/i.test(place)
}

export function problemOf(error: unknown): string {
  if (error instanceof DerError) return `cannot be used: ${error.message}`
  return 'cannot be read'
}
