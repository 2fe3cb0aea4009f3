import { type KeyObject, verify as verifySignature } from 'node:crypto'
import jsonwebtoken, { type Algorithm } from 'jsonwebtoken'
import type { JwsAlgorithm } from './algorithms.ts'
import { isCanonicalBase64Url, parseObject } from './compact-jws.ts'

/**
 * The payload of a token whose signature is right, or `undefined`. Times are not checked here: `claims.ts` does that,
 * and more strictly. Whatever a library throws for a hostile token means that it isn't verified.
 */
export function verifiedPayload(
  token: string,
  algorithm: JwsAlgorithm,
  key: KeyObject,
): Readonly<Record<string, unknown>> | undefined {
  const payloadStart = token.indexOf('.') + 1
  const payloadEnd = token.lastIndexOf('.')
  const signature = token.slice(payloadEnd + 1)
  if (!isCanonicalBase64Url(signature)) return undefined
  if (algorithm === 'EdDSA' || algorithm === 'Ed25519') {
    if (!isEd25519Signature(token.slice(0, payloadEnd), signature, key)) return undefined
  } else if (!isSignature(token, algorithm, key)) return undefined
  return parseObject(token.slice(payloadStart, payloadEnd))
}

function isSignature(token: string, algorithm: Algorithm, key: KeyObject): boolean {
  try {
    jsonwebtoken.verify(token, key, { algorithms: [algorithm], ignoreExpiration: true, ignoreNotBefore: true })
    return true
  } catch {
    return false
  }
}

/** jsonwebtoken has no EdDSA (RFC 8037). */
function isEd25519Signature(signed: string, signature: string, key: KeyObject): boolean {
  try {
    return verifySignature(null, Buffer.from(signed), key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
