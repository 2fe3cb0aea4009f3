import { hash } from 'node:crypto'
import { withDeadline } from '../../deadline.ts'
import { type Awaitable, isLater } from '../../effects.ts'
import { AuthError } from '../../errors.ts'
import { createPrincipal, isPrincipal } from '../../principal.ts'
import type { CachedToken, TokenCache } from '../../store/token-cache.ts'
import { type Authentication, authenticated } from '../authenticator.ts'

export interface TokenMemoryOptions {
  readonly cache: TokenCache
  /** Begins every cache key: what else decides about a token than the token. */
  readonly prefix: string
  /** Whether what was verified still counts. Asked every time. */
  readonly isGood: (entry: CachedToken) => boolean
}

type VerifyAnew = (token: string, cacheKey: string) => Awaitable<Authentication>

/** A token and what came of it. The text goes with its connection. */
interface LastToken {
  readonly token: string
  readonly entry: CachedToken
}

const CACHE_DEADLINE_MS = 250

/** Tokens that have been verified before. A cache that fails, or is slow, is a cache that has forgotten. */
export class TokenMemory {
  readonly #options: TokenMemoryOptions
  /**
   * The last good token of each connection: what comes on it is mostly the same again, and needs no hash to be known. The
   * texts are compared many bytes at a time, so time tells nothing that could be guessed byte by byte.
   */
  readonly #lastOf = new WeakMap<object, LastToken>()
  /** What is being looked up in a cache that answers later: whoever comes meanwhile waits for the same answer. */
  readonly #lookUps = new Map<string, Promise<Authentication>>()

  constructor(options: TokenMemoryOptions) {
    this.#options = options
  }

  /** The answer of before, if it still counts; otherwise that of `verify`, which may `remember` it. */
  answer(token: string, connection: object | undefined, verify: VerifyAnew): Awaitable<Authentication> {
    const last = connection && this.#lastOf.get(connection)
    return last && last.token === token && this.#options.isGood(last.entry)
      ? authenticated(last.entry.principal)
      : this.#lookUp(token, connection, verify)
  }

  #lookUp(token: string, connection: object | undefined, verify: VerifyAnew): Awaitable<Authentication> {
    const { prefix, isGood } = this.#options
    const cacheKey = prefix + hash('sha256', token, 'base64url')
    const answer = (entry: CachedToken | undefined): Awaitable<Authentication> => {
      if (!entry || !isGood(entry)) return verify(token, cacheKey)
      if (connection) this.#lastOf.set(connection, { token, entry })
      return authenticated(entry.principal)
    }
    const lookUp = this.#lookUps.get(cacheKey)
    if (lookUp) return lookUp
    const cached = this.#recall(cacheKey)
    if (!(cached instanceof Promise)) return answer(cached)
    const looked = cached.then(answer).finally(() => this.#lookUps.delete(cacheKey))
    this.#lookUps.set(cacheKey, looked)
    return looked
  }

  #recall(cacheKey: string): Awaitable<CachedToken | undefined> {
    try {
      const entry = withDeadline('token cache', CACHE_DEADLINE_MS, this.#options.cache.get(cacheKey))
      return entry instanceof Promise ? entry.then(revived).catch(() => undefined) : revived(entry)
    } catch {
      return undefined
    }
  }

  remember(cacheKey: string, entry: CachedToken): void {
    try {
      const done = this.#options.cache.set(cacheKey, entry)
      if (isLater(done)) Promise.resolve(done).catch(() => undefined)
    } catch {
      // What could not be remembered is verified again next time.
    }
  }
}

/** What comes back from another process is no principal yet: it is made one again, by the same rules. */
function revived(entry: CachedToken | undefined): CachedToken | undefined {
  if (!entry || isPrincipal(entry.principal)) return entry
  const principal = createPrincipal(entry.principal)
  return principal instanceof AuthError ? undefined : { ...entry, principal }
}
