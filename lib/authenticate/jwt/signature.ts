import type { KeyObject } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { type Awaitable, isLater } from '../../effects.ts'
import type { JwsAlgorithm } from './algorithms.ts'
import { canonicalBytes, parseObject } from './compact-jws.ts'
import { isSignatureRight } from './public-key-signature.ts'

type Payload = Readonly<Record<string, unknown>>

/**
 * The payload of a token whose signature is right, or `undefined`. Times are not checked here: `claims.ts` does that,
 * and more strictly. Whatever a library throws for a hostile token means that it isn't verified.
 */
export function verifiedPayload(
  token: string,
  algorithm: JwsAlgorithm,
  key: KeyObject,
): Awaitable<Payload | undefined> {
  const isRight = isTokenRight(token, algorithm, key)
  if (isLater(isRight)) return Promise.resolve(isRight).then((right) => (right ? payloadOf(token) : undefined))
  return isRight ? payloadOf(token) : undefined
}

function isTokenRight(token: string, algorithm: JwsAlgorithm, key: KeyObject): Awaitable<boolean> {
  const end = token.lastIndexOf('.')
  const signature = canonicalBytes(token.slice(end + 1))
  if (!signature) return false
  return algorithm === 'HS256'
    ? isMacRight(token, key)
    : isSignatureRight(token.slice(0, end), signature, algorithm, key)
}

function payloadOf(token: string): Payload | undefined {
  return parseObject(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')))
}

/** Compared in constant time. */
function isMacRight(token: string, secret: KeyObject): boolean {
  try {
    jsonwebtoken.verify(token, secret, { algorithms: ['HS256'], ignoreExpiration: true, ignoreNotBefore: true })
    return true
  } catch {
    return false
  }
}
