import { LRUCache } from 'lru-cache'
import { isAllowedRoute } from '../../allowed-route.ts'
import { withinDeadline } from '../../deadline.ts'
import { type Awaitable, isLater } from '../../effects.ts'
import { AuthError, DependencyError } from '../../errors.ts'
import { createPrincipal } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import type { CachedToken } from '../../store/token-cache.ts'
import { type Authentication, authenticated, rejected, rejectedWith } from '../authenticator.ts'
import { principalFieldsOfClaims } from '../jwt/principal-of-claims.ts'
import { type ActiveToken, answerProblem } from './answer.ts'
import { ask } from './ask.ts'
import type { IntrospectionSettings } from './options.ts'

const MAX_INACTIVE = 10_000
const MAX_HOLD_SECONDS = 60
const NOT_ACTIVE = 'The access token is not active.'

/** Asks an authorization server about tokens: RFC 7662. Many that ask about one token at once make one call. */
export class Introspection {
  readonly #settings: IntrospectionSettings
  /** Until when a token is known not to be active. */
  readonly #inactive = new LRUCache<string, number>({ max: MAX_INACTIVE })
  readonly #inFlight = new Map<string, Promise<Authentication>>()
  #calls = 0
  /** The server has asked to be left alone until then. */
  #heldUntil = Number.NEGATIVE_INFINITY

  constructor(settings: IntrospectionSettings) {
    this.#settings = settings
  }

  isGood({ rulesId, expiresAt }: CachedToken): boolean {
    return this.#settings.now() < expiresAt && rulesId === this.#settings.rulesId
  }

  /** Whether a request's route wants to know it now, whatever is remembered. */
  isAskedAlways(request: RequestView): boolean {
    return this.#settings.alwaysOn.some((route) => isAllowedRoute(route, request))
  }

  verify(token: string, cacheKey: string, remember: (entry: CachedToken) => void): Awaitable<Authentication> {
    const inactiveUntil = this.#inactive.get(cacheKey)
    if (inactiveUntil !== undefined && this.#settings.now() < inactiveUntil) return rejected('not active', NOT_ACTIVE)
    const inFlight = this.#inFlight.get(cacheKey)
    if (inFlight) return inFlight
    const asked = this.#ask(token)
      .then((active) => this.#judge(active, cacheKey, remember))
      .finally(() => this.#inFlight.delete(cacheKey))
    this.#inFlight.set(cacheKey, asked)
    return asked
  }

  /** The answer of this moment, shared with nobody. */
  async verifyNow(token: string): Promise<Authentication> {
    return this.#judge(await this.#ask(token))
  }

  /** Whether a JWT that has been verified is still active; of another server's tokens this one knows nothing. */
  confirm(token: string, answer: Authentication): Awaitable<Authentication> {
    if (answer.outcome !== 'authenticated' || answer.principal.issuer !== this.#settings.issuer) return answer
    return this.#ask(token).then((active) => {
      if (!active) return rejected('not active', NOT_ACTIVE)
      return active.sub === undefined || active.sub === answer.principal.claims.sub ? answer : rejected('other subject')
    })
  }

  async #ask(token: string): Promise<ActiveToken | undefined> {
    const { now, maxInFlight, deadlineMs } = this.#settings
    const holdSeconds = Math.min(this.#heldUntil - now(), MAX_HOLD_SECONDS)
    if (holdSeconds > 0) {
      throw new DependencyError('introspection', 'asks to be left alone', { retryAfterSeconds: holdSeconds })
    }
    if (this.#calls >= maxInFlight) throw new DependencyError('introspection', 'is asked too much at once')
    this.#calls++
    try {
      return await withinDeadline('introspection', deadlineMs, (signal) => ask(token, this.#settings, signal))
    } catch (error) {
      const wait = error instanceof DependencyError ? error.retryAfterSeconds : undefined
      if (wait !== undefined) this.#heldUntil = now() + Math.min(wait, MAX_HOLD_SECONDS)
      throw error
    } finally {
      this.#calls--
    }
  }

  #judge(active: ActiveToken | undefined, cacheKey?: string, remember?: (entry: CachedToken) => void): Authentication {
    const { now, mapping, cacheTtlSeconds, inactiveTtlSeconds, issuer, rulesId } = this.#settings
    const at = now()
    if (!active) {
      if (cacheKey !== undefined) this.#inactive.set(cacheKey, at + inactiveTtlSeconds)
      return rejected('not active', NOT_ACTIVE)
    }
    const problem = answerProblem(active, this.#settings, at)
    if (problem) return rejected(problem)
    const fields = principalFieldsOfClaims({ ...active, iss: issuer }, mapping)
    const principal = createPrincipal({ ...fields, method: 'introspection' })
    if (principal instanceof AuthError) return rejectedWith(principal)
    remember?.({ principal, rulesId, expiresAt: Math.min(at + cacheTtlSeconds, principal.expiresAt ?? Infinity) })
    return authenticated(principal)
  }
}

/** What is remembered may wait for nothing; what a critical route wants to know is asked now. */
export function askedAlways(
  introspection: Introspection,
  remembered: (token: string, request: RequestView) => Awaitable<Authentication>,
  isJwt: (token: string) => boolean,
): (token: string, request: RequestView) => Awaitable<Authentication> {
  return (token, request) => {
    if (!introspection.isAskedAlways(request)) return remembered(token, request)
    if (!isJwt(token)) return introspection.verifyNow(token)
    const answer = remembered(token, request)
    return isLater(answer)
      ? Promise.resolve(answer).then((later) => introspection.confirm(token, later))
      : introspection.confirm(token, answer)
  }
}
