import { memoryReplayStore, type RateLimitStore, type ReplayStore, type SecretStore, type TokenCache } from 'gatewarden'
import { type LocalRevocationList, revocationList } from 'gatewarden/store/local-revocation-list'
import { type GatewayKeys, gatewayKeys } from './api-keys.ts'
import type { GatewayConfig } from './config.ts'
import { openRecords } from './records.ts'
import { openRedis } from './redis.ts'

/** What the gateway keeps: by itself, or as one of a fleet. */
export interface Stores {
  readonly keys: GatewayKeys
  readonly secrets: SecretStore
  /** Tokens that are no longer good, before they expire. */
  readonly revocations: LocalRevocationList
  /** Proofs and signatures that were used. */
  readonly replays: ReplayStore
  /** Verified tokens, if they are shared. */
  readonly tokens: TokenCache | undefined
  /** What callers have used of their limits, if it is shared. */
  readonly limits: RateLimitStore | undefined
  close(): Promise<void>
}

type StoreConfig = Pick<GatewayConfig, 'keyStoreFile' | 'databaseUrl' | 'redisUrl' | 'tokenCacheSecret'>

/** @throws Error whose one-line message names the variable and the remedy, and shows no password */
export async function openStores(config: StoreConfig): Promise<Stores> {
  const opened: (() => unknown)[] = []
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end()
  }
  try {
    const records = await openRecords(config)
    opened.push(records.close)
    const shared = config.redisUrl === undefined ? undefined : await openRedis(config.redisUrl, config.tokenCacheSecret)
    if (shared) opened.push(shared.close)
    const keys = gatewayKeys(records.keys)
    opened.push(keys.flush)
    const revocations = revocationList({ store: shared?.revocations ?? records.revocations })
    opened.push(() => revocations.close())
    // Before the first request comes.
    await revocations.ready()
    return {
      keys,
      secrets: records.secrets,
      revocations,
      replays: shared?.replays ?? memoryReplayStore(),
      tokens: shared?.tokens,
      limits: shared?.limits,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
