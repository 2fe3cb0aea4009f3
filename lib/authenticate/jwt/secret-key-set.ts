import { createHmac, createSecretKey } from 'node:crypto'
import { invalidOption } from '../../options.ts'
import type { KeySet } from './key-set.ts'

/** RFC 7518 §3.2: a key of at least the size of the hash. */
const MIN_SECRET_BYTES = 32

/**
 * A secret that an issuer shares with us, as the one key of its key set.
 * @throws TypeError when it is too short to resist guessing
 */
export function secretKeySet(factory: string, secret: unknown): KeySet {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (!(bytes instanceof Uint8Array) || bytes.length < MIN_SECRET_BYTES) {
    throw invalidOption(factory, `"secret" must be at least ${MIN_SECRET_BYTES} random bytes`)
  }
  // Names the key in caches, and tells nothing of it.
  const id = createHmac('sha256', bytes).update('gatewarden: id of a shared secret').digest('base64url')
  const key = { id, keyId: undefined, algorithms: ['HS256'], key: createSecretKey(bytes) } as const
  return {
    find: (_keyId, algorithm) => (algorithm === 'HS256' ? key : undefined),
    holds: (other) => other === id,
  }
}
