import { constants, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto'
import type { Awaitable } from '../../effects.ts'
import type { JwsAlgorithm } from './algorithms.ts'

/** How a signature is verified. Nothing of it is left to the token, or to the key. */
interface Scheme {
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null
  readonly isPss?: true
  /** ECDSA: how many bytes each of its two numbers has. */
  readonly numberBytes?: number
}

/** RFC 7518 §3.3 to §3.5, RFC 8037 §3.1. */
const SCHEMES: Readonly<Record<Exclude<JwsAlgorithm, 'HS256'>, Scheme>> = {
  RS256: { digest: 'sha256' },
  RS384: { digest: 'sha384' },
  RS512: { digest: 'sha512' },
  PS256: { digest: 'sha256', isPss: true },
  PS384: { digest: 'sha384', isPss: true },
  PS512: { digest: 'sha512', isPss: true },
  ES256: { digest: 'sha256', numberBytes: 32 },
  ES384: { digest: 'sha384', numberBytes: 48 },
  ES512: { digest: 'sha512', numberBytes: 66 },
  EdDSA: { digest: null },
  Ed25519: { digest: null },
}

/** Whether a signature has been verified in this turn of the event loop. Of the process, as its other threads are. */
let isTurnUsed = false
/** How many are being verified on other threads. */
let elsewhere = 0

/**
 * Whether a signature is right. A single one is verified at once: an answer from another thread comes later than that. What
 * comes in the same turn of the event loop, or while others are being verified, is verified on other threads meanwhile.
 */
export function isSignatureRight(
  signed: string,
  signature: Buffer,
  algorithm: keyof typeof SCHEMES,
  key: KeyObject,
): Awaitable<boolean> {
  const { digest, isPss, numberBytes } = SCHEMES[algorithm]
  if (isPss && signature.length !== lengthOf(key)) return false
  const bytes = numberBytes === undefined ? signature : derSignature(signature, numberBytes)
  if (!bytes) return false
  const work = { digest, bytes, data: Buffer.from(signed, 'latin1'), key: isPss ? pssKey(key) : key }
  if (isTurnUsed || elsewhere > 0) return verifyElsewhere(work)
  isTurnUsed = true
  setImmediate(endTurn)
  return verifyHere(work)
}

function endTurn(): void {
  isTurnUsed = false
}

interface Work {
  readonly digest: Scheme['digest']
  readonly data: Buffer
  /** Passed as it is where that is possible: Node.js takes half as long again for a key with options. */
  readonly key: KeyObject | VerifyKeyObjectInput
  readonly bytes: Buffer
}

/** What is thrown for a hostile signature means that it isn't right. */
function verifyHere({ digest, data, key, bytes }: Work): boolean {
  try {
    return verify(digest, data, key, bytes)
  } catch {
    return false
  }
}

function verifyElsewhere({ digest, data, key, bytes }: Work): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(digest, data, key, bytes, (error, isRight) => {
        elsewhere--
        resolve(error === null && isRight === true)
      })
      elsewhere++
    } catch {
      resolve(false)
    }
  })
}

/** RFC 7518 §3.5: the salt is as long as the hash. */
function pssKey(key: KeyObject): VerifyKeyObjectInput {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}

/** A PSS signature is as long as its key (RFC 8017 §8.1.2). OpenSSL lets one go without the zeros in front. */
function lengthOf(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

const SEQUENCE = 0x30
const INTEGER = 0x02
/** From here on a DER length takes a byte more; no signature here needs two. */
const LONG_FORM = 0x80

/**
 * A JWS has the two numbers of an ECDSA signature in a row (RFC 7518 §3.4). OpenSSL wants them in DER, and Node.js takes
 * longer to convert than to pass on.
 */
function derSignature(signature: Buffer, numberBytes: number): Buffer | undefined {
  if (signature.length !== 2 * numberBytes) return undefined
  const numbers = [...derInteger(signature.subarray(0, numberBytes)), ...derInteger(signature.subarray(numberBytes))]
  const length = numbers.reduce((sum, { length }) => sum + length, 0)
  const head = length < LONG_FORM ? [SEQUENCE, length] : [SEQUENCE, LONG_FORM + 1, length]
  return Buffer.concat([Buffer.from(head), ...numbers])
}

/** Without zeros in front, but for one where the number would otherwise be negative. */
function derInteger(number: Buffer): readonly Buffer[] {
  let start = 0
  while (start < number.length - 1 && number[start] === 0) start++
  const digits = number.subarray(start)
  const sign = (digits[0] ?? 0) >= LONG_FORM ? [0] : []
  return [Buffer.from([INTEGER, sign.length + digits.length, ...sign]), digits]
}
