import { LRUCache } from 'lru-cache'
import { withDeadline } from '../../deadline.ts'
import { type Awaitable, isLater } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { dangerouslyAllowHttp, invalidOption } from '../../options.ts'
import { createIssuer, type Issuer, type IssuerOptions } from './issuer.ts'
import type { IssuerEffects } from './issuer-keys.ts'
import type { Issuers } from './issuers.ts'

/** Finds an issuer by its name, such as a tenant's; `undefined` when it is none of ours. */
export type IssuerResolver = (issuer: string) => Awaitable<IssuerOptions | undefined>

const MAX_ISSUERS = 1_000
const MAX_IN_FLIGHT = 64
const REFRESH_AFTER_SECONDS = 300
const FORGET_AFTER_SECONDS = 600
const UNKNOWN_FOR_SECONDS = 30
const RESOLVER_DEADLINE_MS = 3_000

interface Known {
  readonly issuer: Issuer
  readonly options: IssuerOptions
  readonly askedAt: number
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
  readonly #known = new LRUCache<string, Known>({ max: MAX_ISSUERS })
  /** Until when a name is known to be nobody's. */
  readonly #unknownUntil = new LRUCache<string, number>({ max: MAX_ISSUERS })
  readonly #inFlight = new Map<string, Promise<Issuer | undefined>>()

  constructor(factory: string, resolve: IssuerResolver, effects: IssuerEffects) {
    this.#factory = factory
    this.#resolve = resolve
    this.#effects = effects
  }

  find(name: string): Awaitable<Issuer | undefined> {
    const known = this.known(name)
    if (known) return known
    const unknownUntil = this.#unknownUntil.get(name)
    if (unknownUntil !== undefined && this.#effects.now() < unknownUntil) return undefined
    return this.#ask(name)
  }

  known(name: string): Issuer | undefined {
    const known = this.#known.get(name)
    if (!known) return undefined
    // A clock that was set back makes nothing last longer.
    const age = Math.abs(this.#effects.now() - known.askedAt)
    if (age >= REFRESH_AFTER_SECONDS) this.#refresh(name)
    return age < FORGET_AFTER_SECONDS ? this.#known.get(name)?.issuer : undefined
  }

  #refresh(name: string): void {
    if (this.#inFlight.has(name)) return
    try {
      const asked = this.#ask(name)
      if (isLater(asked)) Promise.resolve(asked).catch((error: unknown) => this.#warn(error))
    } catch (error) {
      this.#warn(error)
    }
  }

  #ask(name: string): Awaitable<Issuer | undefined> {
    const inFlight = this.#inFlight.get(name)
    if (inFlight) return inFlight
    if (this.#inFlight.size >= MAX_IN_FLIGHT) throw new DependencyError('issuer resolver', 'is asked too much at once')
    const options = withDeadline('issuer resolver', RESOLVER_DEADLINE_MS, this.#resolve(name))
    if (!isLater(options)) return this.#keep(name, options)
    const asked = Promise.resolve(options)
      .then((answer) => this.#keep(name, answer))
      .finally(() => this.#inFlight.delete(name))
    this.#inFlight.set(name, asked)
    return asked
  }

  #keep(name: string, options: IssuerOptions | undefined): Issuer | undefined {
    const askedAt = this.#effects.now()
    if (options?.issuer !== name) {
      this.#known.delete(name)
      this.#unknownUntil.set(name, askedAt + UNKNOWN_FOR_SECONDS)
      return undefined
    }
    const before = this.#known.get(name)
    // Kept while its options stay what they are: its keys need not be fetched again.
    const issuer = before && isSame(before.options, options) ? before.issuer : this.#create(options)
    this.#known.set(name, { issuer, options, askedAt })
    return issuer
  }

  #create(options: IssuerOptions): Issuer {
    const issuer = createIssuer(this.#factory, options, this.#effects)
    if (issuer.hasSecret)
      throw invalidOption(this.#factory, '"issuers" found one with a shared secret; HS256 stands alone')
    return issuer
  }

  #warn(error: unknown): void {
    this.#effects.warn(`issuer resolver: ${error instanceof Error ? error.message : 'failed'}`)
  }
}

/** A resolver may make the same options anew each time. */
function isSame(before: IssuerOptions, options: IssuerOptions): boolean {
  if (before === options) return true
  const text = (each: IssuerOptions) => JSON.stringify([each, each[dangerouslyAllowHttp] === true])
  return text(before) === text(options)
}
