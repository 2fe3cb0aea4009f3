import { createHash, createHmac } from 'node:crypto'
import { NOW } from './access-token.ts'

export interface RequestToSign {
  /** Signs by the form `hmac-sha256-v1`, which covers what is said here besides. */
  readonly v1?: { readonly host?: string; readonly contentType?: string } | undefined
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
  const simple = [method, target, timestamp, digest, ...(nonce === undefined ? [] : [nonce])].join('\n')
  const { host = 'api.example.test', contentType = '' } = request.v1 ?? {}
  const covering = ['v1', method, host, target, timestamp, contentType, keyId, digest, nonce].join('\n')
  const signature = createHmac('sha256', secret)
    .update(request.v1 ? covering : simple)
    .digest('base64')
  return {
    'x-key-id': keyId,
    'x-timestamp': timestamp,
    ...(nonce !== undefined && { 'x-nonce': nonce }),
    'x-signature': `hmac-sha256${request.v1 ? '-v1' : ''}=${signature}`,
  }
}
