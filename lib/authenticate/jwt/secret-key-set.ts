import { createHmac } from 'node:crypto'
import { sharedSecret } from '../../shared-secret.ts'
import type { KeySet } from './key-set.ts'

/**
 * A secret that an issuer shares with us, as the one key of its key set.
 * @throws TypeError when it is too short to resist guessing, or is a key that others have
 */
export function secretKeySet(factory: string, secret: unknown): KeySet {
  const key = sharedSecret(factory, 'secret', secret)
  // Names the key in caches, and tells nothing of it.
  const id = createHmac('sha256', key).update('gatewarden: id of a shared secret').digest('base64url')
  const only = { id, keyId: undefined, algorithms: ['HS256'], key } as const
  return {
    find: (_keyId, algorithm) => (algorithm === 'HS256' ? only : undefined),
    holds: (other) => other === id,
  }
}
