import { hash } from 'node:crypto'

/** What a request is signed by: the simple text, or one that covers more. It is named before the signature. */
export type SignedForm = 'hmac-sha256' | 'hmac-sha256-v1'

export const SIGNED_FORMS: readonly SignedForm[] = ['hmac-sha256', 'hmac-sha256-v1']

/** What of a request is signed. None of it can hold a line feed, so no two requests share a text. */
export interface SignedParts {
  readonly method: string
  /** The request target as sent, query included. */
  readonly target: string
  /** `X-Timestamp` as sent. */
  readonly timestamp: string
  /** The body's bytes as sent. */
  readonly body: Uint8Array
  /** `X-Nonce`, when one is sent. */
  readonly nonce: string | undefined
}

/** What is signed by the form `hmac-sha256-v1`. */
export interface SignedPartsV1 extends SignedParts {
  /** `Host` as sent, in any case. */
  readonly authority: string
  /** `Content-Type` as sent; empty when there is none. */
  readonly contentType: string
  readonly keyId: string
  readonly nonce: string
}

/** The text that a client signs: its parts, a line each. */
export function stringToSign({ method, target, timestamp, body, nonce }: SignedParts): string {
  const lines = [method, target, timestamp, digestOf(body)]
  if (nonce !== undefined) lines.push(nonce)
  return lines.join('\n')
}

/** The text of the form `hmac-sha256-v1`. No method is `v1`, so it is no text of the other form. */
export function stringToSignV1(parts: SignedPartsV1): string {
  const { method, authority, target, timestamp, contentType, keyId, body, nonce } = parts
  const head = ['v1', method, authority.toLowerCase(), target, timestamp, contentType, keyId]
  return [...head, digestOf(body), nonce].join('\n')
}

function digestOf(body: Uint8Array): string {
  return `sha256=${hash('sha256', body, 'hex')}`
}
