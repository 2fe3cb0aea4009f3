import { createSecretKey, type KeyObject } from 'node:crypto'
import { invalidOption } from './options.ts'

/** RFC 7518 §3.2: a key of at least the size of the hash. */
const MIN_SECRET_BYTES = 32
/** RFC 7468 §2. What is published is no secret, whatever its length: RFC 8725 §2.1. */
const PEM = '-----BEGIN '

/**
 * A secret to make and check MACs with (HMAC-SHA-256), from its bytes or its text.
 * @throws TypeError when it is too short to resist guessing, or is a key that others have
 */
export function sharedSecret(factory: string, name: string, secret: unknown): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (!(bytes instanceof Uint8Array) || bytes.length < MIN_SECRET_BYTES) {
    throw invalidOption(factory, `"${name}" must be at least ${MIN_SECRET_BYTES} random bytes`)
  }
  if (Buffer.from(bytes).includes(PEM)) {
    throw invalidOption(factory, `"${name}" must be random bytes, not a key or a certificate in PEM`)
  }
  return createSecretKey(bytes)
}
