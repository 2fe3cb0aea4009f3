import {
  type Authenticator,
  hmacAuthenticator,
  httpSignatureAuthenticator,
  memoryReplayStore,
  secretVault,
} from 'gatewarden'
import type { SignatureConfig } from './config.ts'
import type { Stores } from './stores.ts'
import type { Origins } from './tokens.ts'

/**
 * Clients that sign each request: with a secret that is shared with us (HMAC), or a key of their own (RFC 9421). Used
 * signatures are remembered in memory, once for both. Several gateways need one store for all of them.
 */
export function gatewaySignatures(
  { sealingKeys, signatureKeys }: SignatureConfig,
  { secrets }: Pick<Stores, 'secrets'>,
  origins: Origins,
): readonly Authenticator[] {
  const replayStore = memoryReplayStore()
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
