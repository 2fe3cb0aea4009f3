import { hash } from 'node:crypto'

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

/** The text that a client signs: its parts, a line each. */
export function stringToSign({ method, target, timestamp, body, nonce }: SignedParts): string {
  const lines = [method, target, timestamp, `sha256=${hash('sha256', body, 'hex')}`]
  if (nonce !== undefined) lines.push(nonce)
  return lines.join('\n')
}
