import { createPublicKey, createSecretKey, type JsonWebKey, KeyObject } from 'node:crypto'
import { type Awaitable, isLater, onceThere } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { assertKnownKeys, assertOneOf, assertPositiveNumber, assertString, invalidOption } from '../../options.ts'
import { createPrincipal, isPrincipal } from '../../principal.ts'
import type { SharedKey, SharedKeys } from '../../shared-key.ts'
import {
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  type SignatureKey,
  type SignatureKeys,
} from '../../signature-key.ts'
import { keyProblem } from './algorithms.ts'

/** A key as configuration holds it. */
export interface FixedSignatureKey {
  readonly keyId: string
  /** The client that it belongs to: its client id. */
  readonly owner: string
  readonly algorithm: SignatureAlgorithm
  /** A public key as PEM, JWK or `KeyObject`; for `hmac-sha256` a secret JWK or `KeyObject`. */
  readonly key: string | JsonWebKey | KeyObject
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly tenantId?: string
  readonly tier?: string
  /** Epoch seconds. */
  readonly expiresAt?: number
}

const FIELDS = ['keyId', 'owner', 'algorithm', 'key', 'scopes', 'roles', 'tenantId', 'tier', 'expiresAt']
export const KEY_ID: RegExp = /^[\x21-\x7e]{1,256}$/

/**
 * Keys that are known at boot.
 * @throws TypeError when one is unusable, private, or there twice
 */
export function fixedSignatureKeys(factory: string, list: readonly FixedSignatureKey[]): SignatureKeys {
  const byId = new Map<string, SignatureKey>()
  for (const [index, entry] of list.entries()) {
    const key = readEntry(`${factory}.keys[${index}]`, entry)
    if (byId.has(key.keyId)) throw invalidOption(factory, `"keys" holds the key id "${key.keyId}" twice`)
    byId.set(key.keyId, key)
  }
  return { find: (keyId) => byId.get(keyId) }
}

function readEntry(name: string, entry: FixedSignatureKey): SignatureKey {
  assertKnownKeys(name, entry, FIELDS)
  const { keyId, owner, algorithm, key: given, scopes = [], roles = [], ...rest } = entry
  assertString(name, 'keyId', keyId)
  if (!KEY_ID.test(keyId)) throw invalidOption(name, '"keyId" must be printable ASCII without spaces')
  assertString(name, 'owner', owner)
  assertOneOf(name, 'algorithm', algorithm, SIGNATURE_ALGORITHMS)
  if (rest.expiresAt !== undefined) assertPositiveNumber(name, 'expiresAt', rest.expiresAt)
  const principal = createPrincipal({
    kind: 'client',
    subject: owner,
    method: 'http-signature',
    scopes,
    roles,
    ...rest,
  })
  if (!isPrincipal(principal)) throw invalidOption(name, principal.reason)
  const key = readKey(name, algorithm, given)
  const problem = keyProblem(algorithm, key)
  if (problem !== undefined) throw invalidOption(name, `"key" ${problem}`)
  return { keyId, owner, algorithm, keys: [key], scopes, roles, ...rest }
}

/** A private key is refused, though its public half could be had: it has no business here. */
function readKey(name: string, algorithm: SignatureAlgorithm, given: FixedSignatureKey['key']): KeyObject {
  if (given instanceof KeyObject) return given
  if (
    typeof given === 'string' ? given.includes('PRIVATE') : given !== null && typeof given === 'object' && 'd' in given
  ) {
    throw invalidOption(name, '"key" must be the public key: the private one stays with the client')
  }
  try {
    if (typeof given === 'string') return createPublicKey(given)
    if (algorithm !== 'hmac-sha256') return createPublicKey({ key: given, format: 'jwk' })
    if (given.kty === 'oct' && typeof given.k === 'string') return createSecretKey(given.k, 'base64url')
  } catch {
    // What is in it stays out of the message.
  }
  throw invalidOption(
    name,
    '"key" must be a public key as PEM, JWK or KeyObject; for hmac-sha256 a secret JWK or KeyObject',
  )
}

/** Asks both, whatever the first says: whose key it is makes no difference in time. A key id that both know is nobody's. */
export function findKey(
  keyId: string,
  keys: SignatureKeys | undefined,
  sharedKeys: SharedKeys | undefined,
): Awaitable<SignatureKey | undefined> {
  const own = keys?.find(keyId)
  if (!isLater(own)) return onceThere(sharedKeys?.find(keyId), (shared) => oneOf(keyId, own, shared))
  const shared = Promise.resolve().then(() => sharedKeys?.find(keyId))
  return Promise.all([own, shared]).then(([first, second]) => oneOf(keyId, first, second))
}

/** A look-up that takes several spellings for one key id, as some databases do, has not found it. */
function oneOf(keyId: string, own: SignatureKey | undefined, shared: SharedKey | undefined): SignatureKey | undefined {
  if (own && shared) return undefined
  const key = own ?? (shared && sharedAsKey(shared))
  if (key?.keyId !== keyId || key.keys.length === 0) return undefined
  for (const each of key.keys) {
    const problem = keyProblem(key.algorithm, each)
    if (problem !== undefined) throw new DependencyError('signature keys', `a key for ${key.algorithm} ${problem}`)
  }
  return key
}

function sharedAsKey({ secrets, ...rest }: SharedKey): SignatureKey {
  return { ...rest, algorithm: 'hmac-sha256', keys: secrets }
}
