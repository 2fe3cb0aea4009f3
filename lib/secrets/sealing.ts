import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { DependencyError } from '../errors.ts'
import { invalidOption } from '../options.ts'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts secrets for keeping, and decrypts them. */
export interface Sealing {
  /** Names the newest sealing key: what new secrets are sealed under. */
  readonly newest: string
  /** @param boundTo what the secret is of; it opens for nothing else */
  seal(secret: Uint8Array, boundTo: string): string
  /** @throws DependencyError when it was sealed under another key, for something else, or was changed */
  open(sealed: string, sealedUnder: string, boundTo: string): Buffer
}

/**
 * AES-256-GCM under a key from the environment, not from the store: who reads the store reads no secret, and who writes to
 * it makes none. A secret opens only for the key id that it was sealed for.
 * @param keys 32 random bytes each, as base64url or bytes; newest first. Older ones go on opening what they have sealed.
 * @throws TypeError when a key is not of 32 bytes, or is there twice
 */
export function createSealing(factory: string, keys: readonly (string | Uint8Array)[]): Sealing {
  if (!Array.isArray(keys) || keys.length === 0)
    throw invalidOption(factory, '"sealingKeys" must list at least one key')
  const byName = new Map(keys.map((key) => sealingKey(factory, key)))
  if (byName.size < keys.length) throw invalidOption(factory, '"sealingKeys" names one key twice')
  const [[newest, newestKey]] = [...byName] as [[string, KeyObject]]
  return {
    newest,
    seal(secret, boundTo) {
      // 96 random bits: safe for some billions of secrets under one key (NIST SP 800-38D, section 8.3).
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, newestKey, nonce).setAAD(Buffer.from(boundTo))
      const parts = [nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(parts).toString('base64url')
    },
    open(sealed, sealedUnder, boundTo) {
      const key = byName.get(sealedUnder)
      if (!key)
        throw new DependencyError('secret store', 'a secret is sealed under a key that is not among "sealingKeys"')
      try {
        const bytes = Buffer.from(sealed, 'base64url')
        const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(boundTo)).setAuthTag(bytes.subarray(-TAG_BYTES))
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
      } catch {
        throw new DependencyError('secret store', 'a secret cannot be opened: it was changed, or is of another key id')
      }
    },
  }
}

/** A key and its name, which tells nothing of it. */
function sealingKey(factory: string, key: string | Uint8Array): [string, KeyObject] {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64url') : key
  if (!(bytes instanceof Uint8Array) || bytes.length !== KEY_BYTES) {
    throw invalidOption(
      factory,
      `"sealingKeys" must hold keys of ${KEY_BYTES} random bytes, such as \`openssl rand -base64 32\` gives`,
    )
  }
  const name = createHash('sha256').update('gatewarden sealing key').update(bytes).digest('base64url').slice(0, 16)
  return [name, createSecretKey(bytes)]
}
