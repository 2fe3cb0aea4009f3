import { withDeadline } from '../deadline.ts'
import { DependencyError } from '../errors.ts'
import { invalidOption } from '../options.ts'
import type { ReplayStore } from '../store/replay-store.ts'

const DEADLINE_MS = 3_000

/**
 * Whether a signed token is here for the first time. Asked after what it says is recorded: a token that was claimed, and
 * whose revocation then failed, would be taken for a replay when its sender tries again, and the revocation would be lost.
 * Nothing is lost the other way round, for what it says is recorded the same however often it comes.
 * @throws DependencyError (or what the store throws) when it cannot tell: that is 503
 */
export async function claimOnce(
  replays: ReplayStore,
  token: { readonly kind: 'logout' | 'security-event'; readonly issuer: string; readonly jti: string },
  expiresAt: number,
): Promise<boolean> {
  const id = JSON.stringify([token.kind, token.issuer, token.jti])
  const isFirst = await withDeadline('replay store', DEADLINE_MS, replays.claim(id, expiresAt))
  if (typeof isFirst !== 'boolean') throw new DependencyError('replay store', 'gave no answer')
  return isFirst
}

export function assertReplayStore(factory: string, store: unknown): void {
  if (typeof (store as ReplayStore | undefined)?.claim === 'function') return
  throw invalidOption(factory, '"replays" must be a ReplayStore')
}
