import { withDeadline } from '../deadline.ts'
import { DependencyError } from '../errors.ts'
import { invalidOption } from '../options.ts'
import type { ReplayStore } from '../store/replay-store.ts'

const DEADLINE_MS = 3_000
const MAX_REMEMBERED = 10_000

/** What a signed token is known by: never its text, for a signature may have twins. */
export interface TokenId {
  readonly kind: 'logout' | 'security-event'
  readonly issuer: string
  readonly jti: string
}

/**
 * Does what a token asks for, the first time it comes.
 * @param work must come to the same however often it is done
 * @param expiresAt epoch seconds: until then the token is refused when it comes again
 * @returns whether it was the first time
 * @throws what `work` throws, or a DependencyError when the store cannot tell: then it may be tried again
 */
export type OnceOnly = (token: TokenId, expiresAt: number, work: () => Promise<void>) => Promise<boolean>

/**
 * The work comes before the claim. Were a token claimed first, and its work then failed, it would be taken for a replay
 * when its sender tries again, and what it asks for would be lost. Nothing is lost this way round: at worst, another
 * instance does the same again. In this process nothing is done twice, so a token sent again and again fills no store.
 */
export function onceOnly(replays: ReplayStore): OnceOnly {
  /** What is under way and what is done, by token; the oldest goes first. */
  const outcomes = new Map<string, Promise<boolean>>()

  async function doAndClaim(id: string, expiresAt: number, work: () => Promise<void>): Promise<boolean> {
    await work()
    const isFirst = await withDeadline('replay store', DEADLINE_MS, replays.claim(id, expiresAt))
    if (typeof isFirst !== 'boolean') throw new DependencyError('replay store', 'gave no answer')
    return isFirst
  }

  return async ({ kind, issuer, jti }, expiresAt, work) => {
    const id = JSON.stringify([kind, issuer, jti])
    const before = outcomes.get(id)
    if (before) {
      await before
      return false
    }
    const outcome = doAndClaim(id, expiresAt, work)
    outcomes.set(id, outcome)
    outcome.catch(() => outcomes.delete(id))
    const [oldest] = outcomes.keys()
    if (outcomes.size > MAX_REMEMBERED && oldest !== undefined) outcomes.delete(oldest)
    return outcome
  }
}

export function assertReplayStore(factory: string, store: unknown): void {
  if (typeof (store as ReplayStore | undefined)?.claim === 'function') return
  throw invalidOption(factory, '"replays" must be a ReplayStore, such as memoryReplayStore()')
}
