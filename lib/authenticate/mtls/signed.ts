import { constants, type KeyObject, verify } from 'node:crypto'
import { constructed, DerReader, type Element, encodingOf, inner, open, readDer, TAG } from './der.ts'
import { asciiOf, readBytes, readNumber, readOid } from './der-values.ts'

/** What X.509 signs: a certificate, a list of revoked ones, an answer about one. RFC 5280 §4.1.1. */
export interface Signed {
  /** What is signed. */
  readonly body: Element
  /** The algorithm identifier as encoded. */
  readonly algorithm: Element
  readonly signature: Uint8Array
  /** What follows the signature. */
  readonly rest: DerReader
}

export function readSigned(element: Element): Signed {
  const reader = open(element)
  const body = reader.take(TAG.sequence)
  const algorithm = reader.take(TAG.sequence)
  const signature = readBytes(reader.take(TAG.bitString))
  return { body, algorithm, signature, rest: reader }
}

/** The same, where nothing may follow. */
export function readSignedDer(der: Uint8Array): Signed {
  const signed = readSigned(readDer(der))
  signed.rest.finish()
  return signed
}

interface Algorithm {
  readonly keyType: string
  readonly hash: string | null
  readonly saltLength?: number
}

/** What RFC 8017 and FIPS 186-5 still allow: nothing with MD5 or SHA-1. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['1.2.840.113549.1.1.11', { keyType: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { keyType: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { keyType: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.3.2', { keyType: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { keyType: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { keyType: 'ec', hash: 'sha512' }],
  ['1.3.101.112', { keyType: 'ed25519', hash: null }],
  ['1.3.101.113', { keyType: 'ed448', hash: null }],
])
const PSS = '1.2.840.113549.1.1.10'
const MGF1 = '1.2.840.113549.1.1.8'
const HASHES: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/** Whether a key has made the signature. An algorithm that is weak, unknown or not the key's is no signature. */
export function isSignedBy({ body, algorithm, signature }: Signed, key: KeyObject): boolean {
  try {
    const known = readAlgorithm(algorithm)
    if (!known || !isKeyOf(known, key)) return false
    const { hash, saltLength } = known
    const input = saltLength === undefined ? key : { key, saltLength, padding: constants.RSA_PKCS1_PSS_PADDING }
    return verify(hash, encodingOf(body), input, signature)
  } catch {
    return false
  }
}

/** RFC 8017 and SP 800-131A: shorter keys can be broken. */
const MIN_RSA_BITS = 2048
/** Curves of at least 224 bits, by the names that OpenSSL gives them. One that describes itself has none. */
const STRONG_CURVE = /^(?:prime256v1|secp(?:224|256|384|521)[kr]1|brainpoolP(?:224|256|320|384|512)[rt]1)$/

/** Whether a key is strong enough for what it signs to count. */
export function isStrongKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === 'ec') return STRONG_CURVE.test(asymmetricKeyDetails?.namedCurve ?? '')
  if (asymmetricKeyType === 'ed25519' || asymmetricKeyType === 'ed448') return true
  const isRsa = asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss'
  return isRsa && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS
}

function isKeyOf({ keyType, saltLength }: Algorithm, { asymmetricKeyType }: KeyObject): boolean {
  return asymmetricKeyType === keyType || (saltLength !== undefined && asymmetricKeyType === 'rsa-pss')
}

function readAlgorithm(identifier: Element): Algorithm | undefined {
  const reader = new DerReader(identifier)
  const oid = readOid(reader.take(TAG.objectIdentifier))
  if (oid === PSS) return readPss(reader)
  const known = ALGORITHMS.get(oid)
  // RFC 4055 §5: RSA has NULL there; RFC 5758 §3.2 and RFC 8410 §3: the others have nothing.
  const parameters = known?.keyType === 'rsa' ? reader.takeIf(TAG.null) : undefined
  reader.finish()
  return parameters === undefined || parameters.end === parameters.content ? known : undefined
}

/** RFC 4055 §3.1. The defaults are SHA-1's, so nothing may be left to them. */
function readPss(reader: DerReader): Algorithm | undefined {
  const parameters = open(reader.take(TAG.sequence))
  reader.finish()
  const hash = parameters.takeIf(constructed(0))
  const mask = parameters.takeIf(constructed(1))
  const salt = parameters.takeIf(constructed(2))
  if (!hash || !mask || !salt || !parameters.isAtEnd) return undefined
  const hashName = readHash(inner(hash, TAG.sequence))
  const maskReader = open(inner(mask, TAG.sequence))
  const isMgf1 = readOid(maskReader.take(TAG.objectIdentifier)) === MGF1
  const maskHash = readHash(maskReader.take(TAG.sequence))
  maskReader.finish()
  if (!isMgf1 || hashName === undefined || maskHash !== hashName) return undefined
  return { keyType: 'rsa', hash: hashName, saltLength: readNumber(inner(salt, TAG.integer)) }
}

function readHash(identifier: Element): string | undefined {
  const reader = new DerReader(identifier)
  const hash = HASHES.get(readOid(reader.take(TAG.objectIdentifier)))
  reader.takeIf(TAG.null)
  reader.finish()
  return hash
}

/** Whether two algorithm identifiers are the same: the one that is signed, and the one beside the signature. */
export function sameAlgorithm(one: Element, other: Element): boolean {
  return asciiOf(encodingOf(one)) === asciiOf(encodingOf(other))
}
