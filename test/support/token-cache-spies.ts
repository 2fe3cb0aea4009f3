import type { CachedToken, TokenCache } from '../../lib/store/token-cache.ts'

/** A cache as a server in the network would be: the same answers, later. */
export function asyncTokenCache(cache: TokenCache): TokenCache {
  return {
    get: async (key) => cache.get(key),
    set: async (key, token) => cache.set(key, token),
  }
}

export interface RecordingTokenCache extends TokenCache {
  readonly entries: ReadonlyMap<string, CachedToken>
}

/** Keeps everything, expired entries too: a careless cache. */
export function carelessTokenCache(): RecordingTokenCache {
  const entries = new Map<string, CachedToken>()
  return {
    entries,
    get: (key) => entries.get(key),
    set: (key, token) => void entries.set(key, token),
  }
}
