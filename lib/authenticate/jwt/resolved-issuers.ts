import { LRUCache } from 'lru-cache'
import { withDeadline } from '../../deadline.ts'
import { type Awaitable, isLater } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { dangerouslyAllowHttp } from '../../options.ts'
import { rarely, type Warn } from '../../warning.ts'
import { createIssuer, type Issuer, type IssuerOptions } from './issuer.ts'
import type { IssuerEffects } from './issuer-keys.ts'
import type { Issuers } from './issuers.ts'

/** Finds an issuer by its name, such as a tenant's; `undefined` when it is none of ours. */
export type IssuerResolver = (issuer: string) => Awaitable<IssuerOptions | undefined>

const MAX_ISSUERS = 1_000
const MAX_IN_FLIGHT = 64
const REFRESH_AFTER_SECONDS = 300
const RETRY_AFTER_SECONDS = 10
const FORGET_AFTER_SECONDS = 600
const UNKNOWN_FOR_SECONDS = 30
const RESOLVER_DEADLINE_MS = 3_000

interface Known {
  readonly issuer: Issuer
  /** What the options were when it was made, as text: a resolver may change the object that it gave. */
  readonly text: string
  readonly askedAt: number
  /** When it was last tried to ask again. */
  triedAt: number
}

/**
 * Issuers that are asked for by name when their first token comes, and in the background every five minutes. One that the
 * resolver no longer knows ends with that answer, and in ten minutes at the latest. Names that nobody knows are remembered
 * for a short time, apart from the others and bounded, so that junk pushes out no real one and asks for no end.
 */
export function resolvedIssuers(factory: string, resolve: IssuerResolver, effects: IssuerEffects): Issuers {
  return new ResolvedIssuers(factory, resolve, effects)
}

class ResolvedIssuers implements Issuers {
  readonly names = 'any'
  readonly only = undefined
  readonly #factory: string
  readonly #resolve: IssuerResolver
  readonly #effects: IssuerEffects
  readonly #warn: Warn
  readonly #known = new LRUCache<string, Known>({ max: MAX_ISSUERS })
  /** When a name was found to be nobody's. */
  readonly #unknownSince = new LRUCache<string, number>({ max: MAX_ISSUERS })
  readonly #inFlight = new Map<string, Promise<Issuer | undefined>>()

  constructor(factory: string, resolve: IssuerResolver, effects: IssuerEffects) {
    this.#factory = factory
    this.#resolve = resolve
    this.#effects = effects
    this.#warn = rarely(effects.warn, effects.now)
  }

  find(name: string): Awaitable<Issuer | undefined> {
    const known = this.known(name)
    if (known) return known
    const unknownSince = this.#unknownSince.get(name)
    if (unknownSince !== undefined && this.#ageOf(unknownSince) < UNKNOWN_FOR_SECONDS) return undefined
    return this.#ask(name)
  }

  known(name: string): Issuer | undefined {
    const known = this.#known.get(name)
    if (!known) return undefined
    if (this.#ageOf(known.askedAt) < REFRESH_AFTER_SECONDS) return known.issuer
    if (this.#ageOf(known.triedAt) >= RETRY_AFTER_SECONDS) this.#refresh(name, known)
    // A resolver may have answered at once.
    const current = this.#known.get(name)
    return current && this.#ageOf(current.askedAt) < FORGET_AFTER_SECONDS ? current.issuer : undefined
  }

  /** A clock that was set back makes nothing last longer. */
  #ageOf(at: number): number {
    return Math.abs(this.#effects.now() - at)
  }

  /** In the background. A resolver that fails is asked again after a while, not by each request. */
  #refresh(name: string, known: Known): void {
    if (this.#inFlight.has(name)) return
    known.triedAt = this.#effects.now()
    const failed = (error: unknown) => {
      this.#warn(failureOf(error).message)
    }
    try {
      const asked = this.#ask(name)
      if (isLater(asked)) Promise.resolve(asked).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  #ask(name: string): Awaitable<Issuer | undefined> {
    const inFlight = this.#inFlight.get(name)
    if (inFlight) return inFlight
    // Known names are few, and must not starve while others ask for names that are none.
    if (this.#inFlight.size >= MAX_IN_FLIGHT && !this.#known.has(name)) {
      throw new DependencyError('issuer resolver', 'is asked too much at once')
    }
    const askedAt = this.#effects.now()
    const options = this.#resolved(name)
    if (!isLater(options)) return this.#keep(name, options, askedAt)
    const asked = Promise.resolve(options)
      .catch((cause: unknown) => {
        throw failureOf(cause)
      })
      .then((answer) => this.#keep(name, answer, askedAt))
      .finally(() => this.#inFlight.delete(name))
    this.#inFlight.set(name, asked)
    return asked
  }

  #resolved(name: string): ReturnType<IssuerResolver> {
    try {
      return withDeadline('issuer resolver', RESOLVER_DEADLINE_MS, this.#resolve(name))
    } catch (cause) {
      throw failureOf(cause)
    }
  }

  /** @param askedAt from then on it is believed: a slow answer is an old one */
  #keep(name: string, options: IssuerOptions | undefined, askedAt: number): Issuer | undefined {
    if (options?.issuer !== name) {
      this.#known.delete(name)
      this.#unknownSince.set(name, askedAt)
      return undefined
    }
    const before = this.#known.get(name)
    const text = textOf(options)
    // Kept while its options stay what they are: its keys need not be fetched again.
    const issuer = before?.text === text ? before.issuer : this.#create(options)
    this.#known.set(name, { issuer, text, askedAt, triedAt: askedAt })
    return issuer
  }

  /** Mistakes are told by what they are: the options are those of the people who run this. */
  #create(options: IssuerOptions): Issuer {
    let issuer: Issuer
    try {
      issuer = createIssuer(this.#factory, options, this.#effects)
    } catch (cause) {
      const problem = cause instanceof TypeError ? cause.message : 'cannot be used'
      throw new DependencyError('issuer resolver', `answered options that are refused: ${problem}`, { cause })
    }
    if (issuer.hasSecret) {
      throw new DependencyError('issuer resolver', 'answered a shared secret; HS256 stands alone')
    }
    return issuer
  }
}

/** What a resolver throws may say anything. */
function failureOf(cause: unknown): DependencyError {
  return cause instanceof DependencyError ? cause : new DependencyError('issuer resolver', 'failed', { cause })
}

/** A resolver may make the same options anew each time. */
function textOf(options: IssuerOptions): string {
  return JSON.stringify([options, options[dangerouslyAllowHttp] === true])
}
