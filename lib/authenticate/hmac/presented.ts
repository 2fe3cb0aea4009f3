import type { RequestView } from '../../request-view.ts'
import { stringToSign, stringToSignV1 } from '../../signed-parts.ts'
import { type Authentication, rejected } from '../authenticator.ts'
import type { HmacSettings } from './options.ts'
import { parseSignature, type Signature } from './signature.ts'
import { parseTimestamp } from './timestamp.ts'

/** One answer for every bad signature: unknown, expired and revoked keys look like wrong ones from outside. */
export const DETAIL = 'The signature is not valid.'
const KEY_ID = /^[\x21-\x7e]{1,128}$/
const NONCE = /^[\x21-\x7e]{1,128}$/
const CONTENT_TYPE = /^[\x20-\x7e]*$/

/** What a request says of its signature, well-formed and of the present. */
export interface Presented extends Signature {
  readonly keyId: string
  readonly timestamp: string
  readonly nonce: string | undefined
}

export function readPresented(settings: HmacSettings, request: RequestView): Presented | Authentication {
  const { headers, forms, requireNonce, maxSkewSeconds, now } = settings
  const signature = parseSignature(request.credential(headers.signature) ?? '')
  if (!signature || !forms.includes(signature.form)) return rejected('signature format', DETAIL)
  const keyId = field(request, headers.keyId)
  const timestamp = field(request, headers.timestamp)
  const nonce = field(request, headers.nonce)
  const needsNonce = requireNonce || signature.form === 'hmac-sha256-v1'
  if (keyId === undefined || timestamp === undefined || (needsNonce && nonce === undefined)) {
    return rejected('incomplete signature', 'The key id, the timestamp or the nonce is missing.')
  }
  if (!KEY_ID.test(keyId)) return rejected('key id', DETAIL)
  if (nonce !== undefined && !NONCE.test(nonce)) return rejected('nonce', DETAIL)
  const at = parseTimestamp(timestamp)
  if (at === undefined) return rejected('timestamp format', 'The timestamp must be like 2026-11-24T09:30:00Z.')
  if (!(Math.abs(now() - at) <= maxSkewSeconds)) return rejected('timestamp', 'The timestamp is too far off.')
  return { ...signature, keyId, timestamp, nonce }
}

/** A field that is sent twice is joined with a comma and a space, which none of these has. */
function field({ headers }: RequestView, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** What the client must have signed; `undefined` when it is no text that clients can be asked to sign. */
export function signedText(presented: Presented, request: RequestView, body: Uint8Array): string | undefined {
  const { method, target, authority } = request
  const parts = { ...presented, method, target, body }
  if (presented.form === 'hmac-sha256') return stringToSign(parts)
  const { nonce = '' } = presented
  const contentType = field(request, 'content-type') ?? ''
  if (!CONTENT_TYPE.test(contentType)) return undefined
  return stringToSignV1({ ...parts, authority, contentType, nonce })
}
