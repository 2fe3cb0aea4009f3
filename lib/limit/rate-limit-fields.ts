import type { RateLimitState } from '../store/rate-limit-store.ts'
import type { CompiledWindow } from './limit-rule.ts'

/** What was counted under a window. */
export interface CountedWindow {
  readonly window: CompiledWindow
  readonly state: RateLimitState
}

export type LimitFields = Readonly<Record<'ratelimit' | 'ratelimit-policy', string>>

/**
 * The fields of a request that has passed: draft-ietf-httpapi-ratelimit-headers-11. `t` is when all of the burst is back.
 * @returns `undefined` when there is nothing to tell
 */
export function fieldsOf(
  first: readonly CountedWindow[],
  further: readonly CountedWindow[] = [],
): LimitFields | undefined {
  let limits = ''
  let policies = ''
  for (const counted of [first, further]) {
    for (const { window, state } of counted) {
      const separator = limits === '' ? '' : ', '
      limits += `${separator}${window.label};r=${state.remaining};t=${Math.ceil(state.resetSeconds)}`
      policies += separator + window.policy
    }
  }
  return limits === '' ? undefined : { ratelimit: limits, 'ratelimit-policy': policies }
}

/**
 * The fields of a refusal: only the windows that refuse, so that `Retry-After` is no earlier than any `t` (section 6).
 * Of those that others use too it tells what the refusal itself does: that nothing is left.
 */
export function refusalFields(
  exceeded: readonly CountedWindow[],
  waitOf: (counted: CountedWindow) => number,
): LimitFields {
  const limits = exceeded.map((counted) => {
    const { window, state } = counted
    return `${window.label};r=${window.limit.isOwn ? state.remaining : 0};t=${waitOf(counted)}`
  })
  return { ratelimit: limits.join(', '), 'ratelimit-policy': exceeded.map(({ window }) => window.policy).join(', ') }
}
