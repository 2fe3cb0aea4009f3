import { type LimitOptions, type LimitWindow, type RateLimitStore, tierTable } from 'gatewarden'

export interface LimitConfig {
  /** Requests of one network, whoever sends them. Counted before a credential is looked at. */
  readonly networkPerMinute: number
  /** Requests of a client, or of a user of it, that has no tier. */
  readonly clientPerMinute: number
}

/** What a tier may use: keys are of one by their `tier`. */
export const TIERS: Readonly<Record<'free' | 'gold', LimitWindow>> = {
  free: { quota: 10, windowSeconds: 60 },
  gold: { quota: 1_000, windowSeconds: 60 },
}

/** @param store counts for the whole fleet; without it this process counts by itself */
export function gatewayLimits(
  { networkPerMinute, clientPerMinute }: LimitConfig,
  store: RateLimitStore | undefined,
): LimitOptions {
  const tiers = tierTable({
    default: [{ quota: clientPerMinute, windowSeconds: 60 }],
    free: [TIERS.free],
    gold: [TIERS.gold],
  })
  return {
    rules: [
      { name: 'network', by: 'network', windows: [{ quota: networkPerMinute, windowSeconds: 60 }] },
      // All keys of a client count together. Users of one application each have their own.
      { name: 'client', by: ['client', 'user'], tiers },
    ],
    ...(store && { store }),
  }
}
