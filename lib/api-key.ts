import { createHmac, hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { invalidOption } from './options.ts'

/**
 * API keys: `<prefix>_<environment>_<32 random base62 characters><6 characters of checksum>`, such as `sk_live_…`.
 * The checksum lets a typo, or a scanner's guess, die before a store is asked. This is the only file that sees a key.
 */

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_LENGTH = 32
const CHECKSUM_LENGTH = 6
const WORD = /^[a-z][a-z0-9]{0,31}$/
const KEY = /^([a-z][a-z0-9]{0,31})_([a-z][a-z0-9]{0,31})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/
const MIN_PEPPER_BYTES = 32

/** For secret scanners: whatever looks like a key of this format. The checksum tells which of them are keys. */
export const API_KEY_PATTERN: RegExp = /\b[a-z][a-z0-9]{0,31}_[a-z][a-z0-9]{0,31}_[0-9A-Za-z]{38}\b/

export interface ParsedApiKey {
  readonly prefix: string
  readonly environment: string
}

/** Reads a key's form and checks its checksum. `undefined` when it is none. */
export function parseApiKey(key: string): ParsedApiKey | undefined {
  const match = KEY.exec(key)
  if (!match) return undefined
  const [, prefix = '', environment = '', , checksum = ''] = match
  if (checksumOf(key.slice(0, -CHECKSUM_LENGTH)) !== checksum) return undefined
  return { prefix, environment }
}

/** A secret that turns the stored hashes into HMACs: a stolen table alone is then worth nothing. At least 32 bytes. */
export type Pepper = Uint8Array

/**
 * What a store holds instead of a key, lower-case hex: its HMAC-SHA-256 under the pepper, or its SHA-256 without one.
 * A key has 190 random bits, so it needs no slow hash.
 */
export function hashApiKey(key: string, pepper?: Pepper): string {
  return pepper ? createHmac('sha256', pepper).update(key).digest('hex') : hash('sha256', key, 'hex')
}

/** Under which hashes a presented key may be stored: the newest pepper first, and without one, as imported keys are. */
export function candidateHashes(key: string, peppers: readonly Pepper[]): readonly string[] {
  const plain = hashApiKey(key)
  return peppers.length === 0 ? [plain] : [...peppers.map((pepper) => hashApiKey(key, pepper)), plain]
}

/** @throws TypeError unless it is a list of secrets of at least 32 bytes */
export function assertPeppers(factory: string, peppers: unknown): asserts peppers is readonly Pepper[] {
  const isList = Array.isArray(peppers)
  if (isList && peppers.every((pepper) => pepper instanceof Uint8Array && pepper.length >= MIN_PEPPER_BYTES)) return
  throw invalidOption(
    factory,
    `"peppers" must be a list of secrets of at least ${MIN_PEPPER_BYTES} bytes, newest first`,
  )
}

/** A new key from `random` bytes. */
export function generateApiKey(prefix: string, environment: string, random: RandomBytes = systemRandom): string {
  assertKeyWord('generateApiKey', 'prefix', prefix)
  assertKeyWord('generateApiKey', 'environment', environment)
  const body = `${prefix}_${environment}_${base62(SECRET_LENGTH, random)}`
  return body + checksumOf(body)
}

export function assertKeyWord(factory: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || !WORD.test(value)) {
    throw invalidOption(factory, `"${name}" must be a lower-case word of letters and digits, such as "live"`)
  }
}

/** Cryptographically strong random bytes. */
export type RandomBytes = (size: number) => Uint8Array

export const systemRandom: RandomBytes = (size) => randomBytes(size)

/** Bytes above the largest multiple of 62 are dropped: a remainder of them would favour the first characters. */
function base62(length: number, random: RandomBytes): string {
  const fair = 256 - (256 % BASE62.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < fair && text.length < length) text += BASE62[byte % BASE62.length]
    }
  }
  return text
}

function checksumOf(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let index = 0; index < CHECKSUM_LENGTH; index++) {
    text = BASE62[rest % BASE62.length] + text
    rest = Math.floor(rest / BASE62.length)
  }
  return text
}
