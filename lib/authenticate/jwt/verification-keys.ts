import { createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto'
import { isJsonObject } from '../../json-object.ts'
import { algorithmsOf, type JwsAlgorithm } from './algorithms.ts'

/** A public key that may verify signatures: prepared once, used for every token. */
export interface VerificationKey {
  /** SHA-256 of the key itself: two keys under one `kid`, one after the other, are two keys. */
  readonly id: string
  readonly keyId: string | undefined
  readonly algorithms: readonly JwsAlgorithm[]
  readonly key: KeyObject
}

export interface ImportedKeys {
  readonly keys: readonly VerificationKey[]
  /** Why each key of the document that cannot be used was left out: words for a warning. */
  readonly ignored: readonly string[]
}

/**
 * Reads a JWK Set (RFC 7517 §5) and sorts out what must not verify anything: keys for encryption, keys too weak, private
 * and symmetric keys, and two keys that answer to one `kid` and algorithm. One bad entry does not spoil the set.
 * @throws TypeError when the document is no JWK Set
 */
export function importKeys(document: unknown): ImportedKeys {
  const { entries, ignored } = signatureEntries(document)
  return sortOut(
    entries.map((jwk) => ({ keyId: jwk.kid, algorithm: jwk.alg, name: nameOf(jwk), key: readKey(jwk) })),
    ignored,
  )
}

interface Candidate {
  readonly name: string
  readonly keyId: string | undefined
  /** The JWK's own `alg`, which pins the key to it. */
  readonly algorithm: string | undefined
  readonly key: KeyObject | undefined
}

/** Keeps the keys that may verify signatures, and says why it left out the others. */
export function sortOut(candidates: readonly Candidate[], alreadyIgnored: readonly string[]): ImportedKeys {
  const ignored = [...alreadyIgnored]
  const keys: VerificationKey[] = []
  for (const { name, keyId, algorithm, key } of candidates) {
    const possible = key ? algorithmsOf(key) : []
    const algorithms = algorithm === undefined ? possible : possible.filter((each) => each === algorithm)
    if (!key) ignored.push(`${name} cannot be read`)
    else if (possible.length === 0) ignored.push(`${name} is too weak, or of a kind that is not accepted`)
    else if (algorithms.length === 0) ignored.push(`${name} is for another algorithm`)
    else keys.push({ id: thumbprint(key), keyId, algorithms, key })
  }
  const twins = keys.filter((key) => keys.some((other) => other !== key && collides(key, other)))
  for (const { keyId } of twins) ignored.push(`${nameOf({ kid: keyId })} is there twice`)
  return { keys: keys.filter((key) => !twins.includes(key)), ignored }
}

export interface Jwk extends JsonWebKey {
  readonly kid?: string
  readonly alg?: string
}

/** The entries of a JWK Set that are public and not meant for anything but signatures. */
export function signatureEntries(document: unknown): {
  readonly entries: readonly Jwk[]
  readonly ignored: readonly string[]
} {
  const list = typeof document === 'object' && document !== null ? (document as { keys?: unknown }).keys : undefined
  if (!Array.isArray(list)) throw new TypeError('not a JWK Set: it has no list of keys')
  const ignored: string[] = []
  const entries = list.filter((entry: unknown): entry is Jwk => {
    const problem = problemOf(entry)
    if (problem) ignored.push(problem)
    return problem === undefined
  })
  return { entries, ignored }
}

function problemOf(jwk: unknown): string | undefined {
  if (!isJsonObject(jwk)) return 'an entry that is no key'
  if (!isTextOrAbsent(jwk.kid) || !isTextOrAbsent(jwk.alg)) return 'a key whose kid or alg is no string'
  if (jwk.d !== undefined || jwk.k !== undefined) return `${nameOf(jwk)} is a private or symmetric key`
  if (jwk.use !== undefined && jwk.use !== 'sig') return `${nameOf(jwk)} is not for signatures`
  const forVerifying = jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))
  return forVerifying ? undefined : `${nameOf(jwk)} is not for verifying`
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '')
}

function readKey(jwk: Jwk): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

function thumbprint(key: KeyObject): string {
  return hash('sha256', key.export({ type: 'spki', format: 'pem' }), 'base64url')
}

function collides(key: VerificationKey, other: VerificationKey): boolean {
  return key.keyId === other.keyId && key.algorithms.some((algorithm) => other.algorithms.includes(algorithm))
}

export function nameOf({ kid }: { readonly kid?: unknown }): string {
  return typeof kid === 'string' ? `key ${JSON.stringify(kid.slice(0, 64))}` : 'a key without kid'
}
