import type { ApiKeyRecord } from 'gatewarden'

/** What servers under test need to know. */
export interface ServerContext {
  readonly issuer: string
  readonly jwksUri: string
  readonly introspectionEndpoint: string
  readonly audience: string
  readonly apiKey: ApiKeyRecord
  /** A SQLite file that holds the same key. */
  readonly keyStoreFile: string
  readonly upstreamUrl: string
  /** Where a Redis listens; 0 when no server needs one. */
  readonly redisPort: number
}
