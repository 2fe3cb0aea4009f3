import assert from 'node:assert/strict'
import { AuthError } from '../../lib/errors.ts'
import type { LimitWindow } from '../../lib/limit/limit-window.ts'
import { createLimiter, type LimitOptions, type LimitVerdict } from '../../lib/limit/limiter.ts'
import type { Principal } from '../../lib/principal.ts'
import { type TestClock, testClock } from './clock.ts'
import { atOnce } from './outcomes.ts'
import { requestView } from './request-view.ts'

/** Three in a minute. */
export const THREE: readonly LimitWindow[] = [{ quota: 3, windowSeconds: 60 }]
const ROUTES = ['GET /orders/**', 'GET /reports/**', 'GET /health'].map((id) => ({ id }))

export interface LimiterUnderTest {
  readonly clock: TestClock
  /** Counts a request of nobody yet. */
  from(clientAddress: string, route?: string): LimitVerdict
  by(sender: Principal, route?: string, clientAddress?: string): LimitVerdict
}

/** A limiter in memory, with a clock that the test moves; by default three in a minute for each client. */
export function limiterOf(options: Partial<LimitOptions>): LimiterUnderTest {
  const clock = testClock()
  const rules = [{ name: 'client', by: 'client', windows: THREE }] as const
  const limiter = createLimiter({ rules, ...options }, ROUTES, clock.now)
  return {
    clock,
    from: (clientAddress, route = '') =>
      atOnce(limiter.countNetwork(requestView({}, { clientAddress }), { id: route })),
    by: (sender, route = '', clientAddress = '192.0.2.7') =>
      atOnce(limiter.countPrincipal(sender, requestView({}, { clientAddress }), { id: route })),
  }
}

/** How often it may be done until it is refused. */
export function passes(send: () => LimitVerdict): number {
  for (let count = 0; count < 1_000; count++) if (send() instanceof AuthError) return count
  return 1_000
}

/** What is said when there is no room any more. */
export function refusalOf(send: () => LimitVerdict): AuthError {
  passes(send)
  const verdict = send()
  return verdict instanceof AuthError ? verdict : assert.fail('it passed')
}
