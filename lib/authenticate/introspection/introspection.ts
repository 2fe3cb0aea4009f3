import { LRUCache } from 'lru-cache'
import { isAllowedRoute } from '../../allowed-route.ts'
import { withinDeadline } from '../../deadline.ts'
import type { Awaitable } from '../../effects.ts'
import { AuthError, DependencyError } from '../../errors.ts'
import { createPrincipal } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import type { CachedToken } from '../../store/token-cache.ts'
import { type Authentication, authenticated, rejected, rejectedWith } from '../authenticator.ts'
import { principalFieldsOfClaims } from '../jwt/principal-of-claims.ts'
import { answerProblem, withoutToken } from './answer.ts'
import { ask, type Told } from './ask.ts'
import { Hold } from './hold.ts'
import type { IntrospectionSettings } from './options.ts'

const MAX_REFUSED = 10_000
/** The clocks of two processes that share a cache differ a little. */
const CLOCK_TOLERANCE_SECONDS = 1
const NOT_ACTIVE = 'The access token is not active.'

/** What came of a token, and what of it may be remembered. */
interface Judgement {
  readonly answer: Authentication
  readonly entry?: CachedToken
}

/** A token that was refused, and when. */
interface Refused {
  readonly answer: Authentication
  readonly at: number
}

/** Asks an authorization server about tokens: RFC 7662. Many that ask about one token at once make one call. */
export class Introspection {
  readonly #settings: IntrospectionSettings
  readonly #refused = new LRUCache<string, Refused>({ max: MAX_REFUSED })
  readonly #inFlight = new Map<string, Promise<Authentication>>()
  readonly #hold: Hold
  #calls = 0

  constructor(settings: IntrospectionSettings) {
    this.#settings = settings
    this.#hold = new Hold(settings.now)
  }

  /** A clock that was set back makes nothing last longer, nor does another process that would remember it for longer. */
  isGood({ rulesId, expiresAt }: CachedToken): boolean {
    const { now, cacheTtlSeconds, rulesId: ours } = this.#settings
    const left = expiresAt - now()
    return left > 0 && left <= cacheTtlSeconds + CLOCK_TOLERANCE_SECONDS && rulesId === ours
  }

  /** Whether a request's route wants to know it now, whatever is remembered. */
  isAskedAlways(request: RequestView): boolean {
    return this.#settings.alwaysOn.some((route) => isAllowedRoute(route, request))
  }

  verify(token: string, cacheKey: string, remember: (entry: CachedToken) => void): Awaitable<Authentication> {
    const refused = this.#refused.get(cacheKey)
    if (refused && Math.abs(this.#settings.now() - refused.at) < this.#settings.inactiveTtlSeconds) {
      return refused.answer
    }
    const inFlight = this.#inFlight.get(cacheKey)
    if (inFlight) return inFlight
    const asked = this.#judgeNow(token)
      .then(({ answer, entry }) => {
        if (entry) remember(entry)
        if (answer.outcome === 'rejected') this.#refused.set(cacheKey, { answer, at: this.#settings.now() })
        return answer
      })
      .finally(() => this.#inFlight.delete(cacheKey))
    this.#inFlight.set(cacheKey, asked)
    return asked
  }

  /** The answer of this moment, shared with nobody. */
  async verifyNow(token: string): Promise<Authentication> {
    const { answer } = await this.#judgeNow(token)
    return answer.outcome === 'authenticated' ? { ...answer, isIntrospectedNow: true } : answer
  }

  /** Whether a JWT that has been verified is still active; of another server's tokens this one knows nothing. */
  confirm(token: string, answer: Authentication): Awaitable<Authentication> {
    const { issuer } = this.#settings
    if (answer.outcome !== 'authenticated' || answer.principal.issuer !== issuer) return answer
    const { claims } = answer.principal
    return this.#ask(token).then((told) => {
      if (told === 'inactive') return rejected('not active', NOT_ACTIVE)
      if (told === 'unsupported') throw new DependencyError('introspection', 'cannot tell of JWTs')
      if (told.iss !== undefined && told.iss !== issuer) return rejected('issuer')
      if (told.sub !== undefined && told.sub !== claims.sub) return rejected('other subject')
      return { ...answer, isIntrospectedNow: true }
    })
  }

  async #ask(token: string): Promise<Told> {
    const { maxInFlight, deadlineMs } = this.#settings
    this.#hold.assertOver()
    if (this.#calls >= maxInFlight) throw new DependencyError('introspection', 'is asked too much at once')
    this.#calls++
    try {
      return await withinDeadline('introspection', deadlineMs, (signal) => ask(token, this.#settings, signal))
    } catch (error) {
      throw this.#hold.noticed(error)
    } finally {
      this.#calls--
    }
  }

  async #judgeNow(token: string): Promise<Judgement> {
    const { now, mapping, cacheTtlSeconds, issuer, rulesId } = this.#settings
    const askedAt = now()
    const told = await this.#ask(token)
    if (told === 'inactive') return { answer: rejected('not active', NOT_ACTIVE) }
    if (told === 'unsupported') return { answer: rejected('unsupported token type') }
    const active = withoutToken(told, token)
    const problem = answerProblem(active, this.#settings, now())
    if (problem) return { answer: rejected(problem) }
    const fields = principalFieldsOfClaims({ ...active, iss: issuer }, mapping)
    const principal = createPrincipal({ ...fields, method: 'introspection' })
    if (principal instanceof AuthError) return { answer: rejectedWith(principal) }
    // From when it was asked: what has been revoked since then may not be in the answer.
    const expiresAt = Math.min(askedAt + cacheTtlSeconds, principal.expiresAt ?? Number.POSITIVE_INFINITY)
    return { answer: authenticated(principal), entry: { principal, rulesId, expiresAt } }
  }
}
