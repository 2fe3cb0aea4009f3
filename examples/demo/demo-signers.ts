import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type SecretStore, secretVault } from 'gatewarden'
import type { SignatureConfig } from '../gateway/caller-config.ts'
import { TENANT_ID } from './authorization-server/accounts.ts'

/** What a client signs with. Shown because this is a demo. */
export interface SignerCredentials {
  readonly hmac: { readonly keyId: string; readonly secret: string }
  readonly httpSignature: {
    readonly keyId: string
    /** PEM. */
    readonly privateKey: string
    /** The name of a file that holds the same. */
    readonly privateKeyFile: string
    readonly algorithm: 'ed25519'
  }
}

export interface DemoSigners {
  readonly credentials: SignerCredentials
  /** What the gateway must know of them. */
  readonly config: SignatureConfig
}

/**
 * A client for each way to sign: a shared secret, and a key of its own.
 * @param given what secrets are encrypted under; those who share a database share it. When empty, a key of this run
 */
export async function createDemoSigners(
  store: SecretStore,
  privateKeyFile: string,
  given: readonly Buffer[],
): Promise<DemoSigners> {
  const sealingKeys = given.length > 0 ? given : [randomBytes(32)]
  const vault = secretVault({ store, sealingKeys })
  const { secret, record } = await vault.create({
    owner: 'shop-webhooks',
    label: 'demo',
    scopes: ['webhooks:send'],
    tenantId: TENANT_ID,
  })
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const keyId = 'demo-ed25519'
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  writeFileSync(privateKeyFile, pem, { mode: 0o600 })
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return {
    credentials: {
      hmac: { keyId: record.keyId, secret },
      httpSignature: { keyId, privateKey: pem, privateKeyFile, algorithm: 'ed25519' },
    },
    config: {
      sealingKeys,
      signatureKeys: [{ keyId, owner: 'signing-client', algorithm: 'ed25519', key, tenantId: TENANT_ID }],
    },
  }
}
