/** The framework-free surface: values in, values out. Listed in the order of a request's way. */

// API keys and stores
export {
  API_KEY_PATTERN,
  generateApiKey,
  hashApiKey,
  type ParsedApiKey,
  type Pepper,
  parseApiKey,
  type RandomBytes,
} from './api-key.ts'
export { type GuessThrottle, type GuessThrottleOptions, guessThrottle } from './authenticate/api-key/guess-throttle.ts'
export { type KeyAdminRequest, keyAdminApi } from './keys/admin/key-admin-api.ts'
export {
  type ApiKeys,
  type ApiKeysOptions,
  apiKeys,
  type IssuedApiKey,
  type KeyListing,
  type KeyPage,
  type KeyProblem,
  type RotatedApiKey,
} from './keys/api-keys.ts'
export { type ApiKeyEvent, keyEvents } from './keys/key-event.ts'
export type { ApiKeyFields } from './keys/key-fields.ts'
export { type KeyStatus, type KeyView, viewOfKey } from './keys/key-view.ts'
export { type UsageTracker, type UsageTrackerOptions, usageTracker } from './keys/usage-tracker.ts'
export { type CachedKeyStoreOptions, cachedKeyStore } from './store/cached-key-store.ts'
export {
  type ApiKeyChanges,
  type ApiKeyRecord,
  DuplicateKeyError,
  type KeyQuery,
  type KeyStore,
  type KeyUse,
} from './store/key-store.ts'
export { type MemoryTokenCacheOptions, memoryKeyStore, memoryTokenCache } from './store/memory.ts'
export type { CachedToken, TokenCache } from './store/token-cache.ts'
