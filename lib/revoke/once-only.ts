import { withDeadline } from '../deadline.ts'
import { isFirstUse } from '../first-use.ts'
import { invalidOption } from '../options.ts'
import type { ReplayStore } from '../store/replay-store.ts'
import { rememberedOutcomes } from './outcomes.ts'

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
  const outcomes = rememberedOutcomes<boolean>(MAX_REMEMBERED)

  async function doAndClaim(id: string, expiresAt: number, work: () => Promise<void>): Promise<boolean> {
    await work()
    return isFirstUse(await withDeadline('replay store', DEADLINE_MS, replays.claim(id, expiresAt)))
  }

  return async ({ kind, issuer, jti }, expiresAt, work) => {
    const id = [kind, issuer, jti]
    const { isFirst, outcome } = outcomes(id, () => doAndClaim(JSON.stringify(id), expiresAt, work))
    const isFirstAnywhere = await outcome
    return isFirst && isFirstAnywhere
  }
}

export function assertReplayStore(factory: string, store: unknown): void {
  if (typeof (store as ReplayStore | undefined)?.claim === 'function') return
  throw invalidOption(factory, '"replays" must be a ReplayStore, such as memoryReplayStore()')
}
