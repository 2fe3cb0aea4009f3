import { withDeadline } from '../deadline.ts'
import type { Clock } from '../effects.ts'
import { assertPositiveNumber, invalidOption } from '../options.ts'
import type { Revocation, RevocationList } from '../store/revocation-list.ts'
import { type RevocationInput, revocationRequests } from './revocation-request.ts'

const DEADLINE_MS = 3_000

/**
 * Resolves when all are durable. Each counts once, however often it comes: whoever hears of a failure sends all again.
 * @throws DependencyError (or what the list throws) when one is not recorded: that is 503
 */
export async function record(list: RevocationList, revocations: readonly Revocation[]): Promise<void> {
  for (const revocation of revocations) await withDeadline('revocation list', DEADLINE_MS, list.revoke(revocation))
}

/** Tells of what was recorded, for the audit. */
export function publish(
  input: RevocationInput,
  revocations: readonly Revocation[],
  { actor, now }: { readonly actor: string; readonly now: Clock },
): void {
  if (!revocationRequests.hasSubscribers) return
  for (const revocation of revocations) revocationRequests.publish({ input, revocation, actor, at: now() })
}

export function assertRevocationList(factory: string, list: unknown): void {
  if (typeof (list as RevocationList | undefined)?.revoke === 'function') return
  throw invalidOption(factory, '"revocations" must be a RevocationList')
}

const DEFAULT_MAX_TOKEN_LIFETIME_SECONDS = 86_400
/** The most that an issuer's `clockToleranceSeconds` may be: so long a token may outlive its `exp`. */
export const MAX_TOLERANCE_SECONDS = 300

/** How long what is revoked must be kept, so that the last token that it kills has expired. */
export function keepForSeconds(
  factory: string,
  maxTokenLifetimeSeconds: number = DEFAULT_MAX_TOKEN_LIFETIME_SECONDS,
): number {
  assertPositiveNumber(factory, 'maxTokenLifetimeSeconds', maxTokenLifetimeSeconds)
  return maxTokenLifetimeSeconds + MAX_TOLERANCE_SECONDS
}
