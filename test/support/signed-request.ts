import { createHash, createHmac } from 'node:crypto'
import { NOW } from './access-token.ts'

export interface RequestToSign {
  readonly method?: string
  readonly target?: string
  readonly timestamp?: string
  readonly body?: string | Uint8Array
  readonly nonce?: string
}

const TIMESTAMP: string = timestampAt(NOW)

export function timestampAt(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** What a client sends, written anew from the documentation, so that it owes nothing to the code that is tested. */
export function signedHeaders(keyId: string, secret: string, request: RequestToSign = {}): Record<string, string> {
  const { method = 'GET', target = '/orders/42', timestamp = TIMESTAMP, body = '', nonce } = request
  const digest = `sha256=${createHash('sha256').update(body).digest('hex')}`
  const text = [method, target, timestamp, digest, ...(nonce === undefined ? [] : [nonce])].join('\n')
  const signature = createHmac('sha256', secret).update(text).digest('base64')
  return {
    'x-key-id': keyId,
    'x-timestamp': timestamp,
    ...(nonce !== undefined && { 'x-nonce': nonce }),
    'x-signature': `hmac-sha256=${signature}`,
  }
}
