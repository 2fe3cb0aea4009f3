import { type Authenticator, hmacAuthenticator, httpSignatureAuthenticator, secretVault } from 'gatewarden'
import type { SignatureConfig } from './caller-config.ts'
import type { Stores } from './stores.ts'
import type { Origins } from './tokens.ts'

/**
 * Clients that sign each request: with a secret that is shared with us (HMAC), or a key of their own (RFC 9421).
 */
export function gatewaySignatures(
  { sealingKeys, signatureKeys }: SignatureConfig,
  { secrets, replays: replayStore }: Pick<Stores, 'secrets' | 'replays'>,
  origins: Origins,
): readonly Authenticator[] {
  const signed: Authenticator[] = []
  if (sealingKeys.length > 0) {
    signed.push(hmacAuthenticator({ keys: secretVault({ store: secrets, sealingKeys }), replayStore }))
  }
  if (signatureKeys.length > 0) {
    const keys = signatureKeys.map((each) => ({ ...each, scopes: ['signed:use'] }))
    signed.push(httpSignatureAuthenticator({ keys, origins, replayStore }))
  }
  return signed
}
