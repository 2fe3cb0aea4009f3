import { LRUCache } from 'lru-cache'
import { withinDeadline } from '../../../deadline.ts'
import type { Awaitable, Clock, Fetch } from '../../../effects.ts'
import { DependencyError } from '../../../errors.ts'
import { fetchBytes } from '../../../fetch-bounded.ts'
import type { Warn } from '../../../warning.ts'
import type { Certificate } from '../certificate.ts'
import { DerError } from '../der.ts'
import type { ResponderStatus, StatusSource } from '../revocation.ts'
import { certificateId, ocspRequest } from './request.ts'
import { type OcspAnswer, readOcspResponse } from './response.ts'

export interface ResponderSettings {
  /** Whether a URL that a certificate names may be asked. */
  readonly mayAsk: (url: string) => boolean
  /** What to do when no answer can be had. */
  readonly onFailure: 'refuse' | 'accept'
  readonly deadlineMs: number
  readonly fetch: Fetch
  readonly now: Clock
  readonly warn: Warn
}

interface Known {
  readonly answer: OcspAnswer
  readonly askedAt: number
  readonly refreshAt: number
  readonly goodUntil: number
}

const DEPENDENCY = 'certificate status'
const RETRY_SECONDS = 5
const MAX_AHEAD_SECONDS = 300
/** How long an answer that sets itself no end is good. */
const OPEN_ENDED_SECONDS = 300
const MAX_BYTES = 64 * 1024
const MAX_REMEMBERED = 10_000
const HEADERS = { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' }

/** Asks the responders that certificates name (OCSP, RFC 6960), each question once until its answer's end. */
export class Responders implements StatusSource<ResponderStatus> {
  readonly #settings: ResponderSettings
  readonly #known = new LRUCache<string, Known>({ max: MAX_REMEMBERED })
  readonly #nextTryAt = new LRUCache<string, number>({ max: MAX_REMEMBERED })
  readonly #inFlight = new Map<string, Promise<ResponderStatus>>()

  constructor(settings: ResponderSettings) {
    this.#settings = settings
  }

  statusOf(certificate: Certificate, issuer: Certificate): Awaitable<ResponderStatus> {
    if (certificate.responders.length === 0) return 'unasked'
    const key = `${issuer.authorityId}:${certificate.serialNumber}`
    const at = this.#settings.now()
    const known = this.#known.get(key)
    // A clock that was set back makes no answer last longer.
    if (known && at <= known.goodUntil && at >= known.askedAt) {
      if (at >= known.refreshAt && this.#mayTry(key, at)) this.#ask(key, certificate, issuer).catch(() => undefined)
      return known.answer.status
    }
    if (!this.#inFlight.has(key) && !this.#mayTry(key, at)) {
      return this.#failed(new DependencyError(DEPENDENCY, 'cannot be had; the next try is due in a moment'))
    }
    return this.#ask(key, certificate, issuer).catch((error: unknown) => this.#failed(error))
  }

  #mayTry(key: string, at: number): boolean {
    const nextTryAt = this.#nextTryAt.get(key) ?? at
    return at >= nextTryAt || at < nextTryAt - RETRY_SECONDS
  }

  #failed(error: unknown): ResponderStatus {
    if (this.#settings.onFailure === 'accept') return 'unasked'
    throw error
  }

  #ask(key: string, certificate: Certificate, issuer: Certificate): Promise<ResponderStatus> {
    let asked = this.#inFlight.get(key)
    if (!asked) {
      asked = this.#fetch(key, certificate, issuer).finally(() => this.#inFlight.delete(key))
      this.#inFlight.set(key, asked)
    }
    return asked
  }

  async #fetch(key: string, certificate: Certificate, issuer: Certificate): Promise<ResponderStatus> {
    const { mayAsk, deadlineMs, now, warn } = this.#settings
    try {
      const url = certificate.responders.find(mayAsk)
      if (url === undefined) throw new DependencyError(DEPENDENCY, 'the responder of the certificate may not be asked')
      const id = certificateId(certificate, issuer)
      const der = await withinDeadline(DEPENDENCY, deadlineMs, (signal) => this.#post(url, ocspRequest(id), signal))
      const answer = readOcspResponse(der, id, issuer, now())
      this.#known.set(key, fresh(answer, now(), this.#known.get(key)?.answer))
      this.#nextTryAt.delete(key)
      return answer.status
    } catch (cause) {
      this.#nextTryAt.set(key, now() + RETRY_SECONDS)
      const error = dependencyError(cause)
      warn(error.message)
      throw error
    }
  }

  async #post(url: string, body: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const { fetch } = this.#settings
    const init = { method: 'POST', headers: HEADERS, body: Buffer.from(body) }
    const { bytes } = await fetchBytes(DEPENDENCY, url, init, { fetch, signal, maxBytes: MAX_BYTES })
    return bytes
  }
}

function dependencyError(cause: unknown): DependencyError {
  if (cause instanceof DependencyError) return cause
  const problem =
    cause instanceof DerError ? `the answer cannot be used: ${cause.message}` : 'the answer cannot be read'
  return new DependencyError(DEPENDENCY, problem, { cause })
}

/** @throws DerError when an answer is not of the present, or older than what is known: it may be from before a revocation */
function fresh(answer: OcspAnswer, at: number, before: OcspAnswer | undefined): Known {
  const goodUntil = answer.nextUpdate ?? answer.thisUpdate + OPEN_ENDED_SECONDS
  if (answer.thisUpdate > at + MAX_AHEAD_SECONDS) throw new DerError('it is from the future')
  if (at > goodUntil) throw new DerError('it is out of date')
  if (before && answer.thisUpdate < before.thisUpdate) throw new DerError('it is older than the one before')
  return { answer, askedAt: at, refreshAt: at + (goodUntil - at) / 2, goodUntil }
}
