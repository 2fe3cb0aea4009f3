import { hashApiKey, type Pepper, parseApiKey } from '../../../api-key.ts'
import type { KeyProblem } from '../../../keys/api-keys.ts'

const SHA256_HEX = /^[0-9a-f]{64}$/i
/** What `apiKeyAuthenticator({ foreignKeys: true })` lets through to the store. */
const FOREIGN_KEY = /^[\x21-\x7e]{16,256}$/

/**
 * The hash that a key is stored under: as it is given, or made of the key, under the newest pepper. A key that no gateway
 * would accept is a problem. No message holds the key.
 */
export function hashOf(
  { hash, key }: { readonly hash?: unknown; readonly key?: unknown },
  { environment }: { readonly environment?: unknown },
  prefix: string,
  peppers: readonly Pepper[],
): string | KeyProblem {
  if (key === undefined) {
    if (typeof hash === 'string' && SHA256_HEX.test(hash)) return hash.toLowerCase()
    return invalid('the hash must be the SHA-256 of the key: 64 hex digits')
  }
  if (typeof key !== 'string' || !FOREIGN_KEY.test(key)) {
    return invalid('the key must be 16 to 256 printable ASCII characters, without spaces')
  }
  if (!key.startsWith(`${prefix}_`)) return hashApiKey(key, peppers[0])
  const parsed = parseApiKey(key)
  if (!parsed) {
    return invalid(`the key begins with ${prefix}_, but is none of gatewarden: no gateway with that prefix accepts it`)
  }
  if (parsed.environment === environment) return hashApiKey(key, peppers[0])
  return invalid(`the key says that it is for ${parsed.environment}: its environment must be the same`)
}

function invalid(detail: string): KeyProblem {
  return { problem: 'invalid', detail }
}
