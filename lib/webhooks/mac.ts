import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { invalidOption } from '../options.ts'

const HEX = /^[0-9a-f]{64}$/
const MIN_SECRET_BYTES = 16

/** HMAC-SHA-256 of what stands before a body, and the body. */
export function macOf(secret: KeyObject, before: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(before).update(body).digest()
}

/** Whether a pair is equal. All are compared, in constant time, whichever it is. */
export function isAnyEqual(stated: readonly Uint8Array[], expected: readonly Uint8Array[]): boolean {
  let isEqual = false
  for (const one of stated) {
    for (const other of expected) if (one.length === other.length && timingSafeEqual(one, other)) isEqual = true
  }
  return isEqual
}

/** The 32 bytes of a MAC in lower-case hexadecimal; `undefined` for any other spelling. */
export function hexMac(text: string): Buffer | undefined {
  return HEX.test(text) ? Buffer.from(text, 'hex') : undefined
}

/**
 * Secrets as their senders show them: text, used as it is.
 * @throws TypeError when there is none, or one is short
 */
export function textSecrets(factory: string, secrets: unknown): readonly KeyObject[] {
  return secretList(factory, secrets).map((secret) => {
    if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
      throw invalidOption(factory, `"secrets" must hold secrets of at least ${MIN_SECRET_BYTES} bytes`)
    }
    return createSecretKey(secret, 'utf8')
  })
}

/** @throws TypeError, which shows no secret, when it is no list of different texts */
export function secretList(factory: string, secrets: unknown): readonly string[] {
  const isList = Array.isArray(secrets) && secrets.length > 0 && secrets.every((each) => typeof each === 'string')
  if (!isList || new Set(secrets).size < secrets.length) {
    throw invalidOption(factory, '"secrets" must list at least one secret, and none twice')
  }
  return secrets
}
