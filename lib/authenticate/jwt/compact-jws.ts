import { isAscii } from 'node:buffer'
import { isJsonObject } from '../../json-object.ts'
import { isJwsAlgorithm, type JwsAlgorithm } from './algorithms.ts'

/** The header of a token, before anything of it is verified. */
export interface JwsHeader {
  readonly algorithm: JwsAlgorithm
  readonly keyId: string | undefined
  /** Lower-case, without `application/`: RFC 7515 §4.1.9. */
  readonly type: string | undefined
}

/** Node accepts 16 KiB of headers in all; an access token that nears this is a mistake or an attack. */
export const MAX_TOKEN_LENGTH = 8_192
const MAX_KEY_ID_LENGTH = 256
/** RFC 7515 §7.1. */
export const COMPACT_JWS: RegExp = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function isCompactJws(token: string): boolean {
  return token.length <= MAX_TOKEN_LENGTH && COMPACT_JWS.test(token)
}

/**
 * Reads the header of a compact JWS (RFC 7515 §7.1): strictly, for the signature's library reads it leniently.
 * Extensions that must be understood (`crit`) are not; keys and URLs in the header (`jwk`, `jku`, `x5c`, `x5u`) are
 * never looked at.
 * @returns a word for the log when the token is to be refused
 */
export function parseHeader(token: string): JwsHeader | string {
  const part = token.slice(0, token.indexOf('.'))
  if (part === lastPart) return lastHeader
  const bytes = canonicalBytes(part)
  const header = headerOf(bytes && objectIn(bytes))
  if (bytes && typeof header !== 'string') {
    // Written anew, as a slice would keep the whole token.
    lastPart = bytes.toString('base64url')
    lastHeader = header
  }
  return header
}

/** All tokens that a key signs begin alike, so mostly it is the header of the token before. */
let lastPart = ''
let lastHeader: JwsHeader | string = 'header'

/** The same of a header that is parsed already, if it could be. */
export function headerOf(header: Readonly<Record<string, unknown>> | undefined): JwsHeader | string {
  if (!header) return 'header'
  if ('crit' in header || 'b64' in header) return 'crit'
  if (!isJwsAlgorithm(header.alg)) return 'algorithm'
  const { kid, typ } = header
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > MAX_KEY_ID_LENGTH)) return 'kid'
  if (typ !== undefined && typeof typ !== 'string') return 'typ'
  return {
    algorithm: header.alg,
    keyId: kid,
    type: typ?.toLowerCase().replace(/^application\//, ''),
  }
}

/** A JSON object from canonical base64url and valid UTF-8; anything else is none. Of duplicate names the last wins. */
export function parseObject(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = canonicalBytes(part)
  return bytes && objectIn(bytes)
}

function objectIn(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(isAscii(bytes) ? bytes.toString('latin1') : UTF8.decode(bytes))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * What a base64url text says, if that is how it is spelled: the last character can be written several ways, and one of them
 * is canonical (RFC 4648 §3.5).
 */
export function canonicalBytes(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}
