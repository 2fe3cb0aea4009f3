import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { httpSignatureAuthenticator, type SignatureAlgorithm } from 'gatewarden'
import { ORDER_PATH } from '../servers/order.ts'
import { authenticateStage } from './authenticate-stage.ts'
import type { Stage } from './clock.ts'
import type { Credential } from './requests.ts'

const ORIGIN = 'http://127.0.0.1:8080'
const CREATED = 1_800_000_000
const BASE = Buffer.from(`"@method": GET\n"@target-uri": ${ORIGIN}${ORDER_PATH}\n${'x'.repeat(120)}`)

/** HTTP Message Signatures, and below each what its cryptography alone costs. */
export function signatureStages(): readonly Stage[] {
  const ed = generateKeyPairSync('ed25519')
  const secret = createSecretKey(Buffer.alloc(32, 7))
  const edSignature = sign(null, BASE, ed.privateKey)
  return [
    signatureStage('ed25519', ed.publicKey, (base) => sign(null, base, ed.privateKey)),
    {
      name: 'verify Ed25519 alone',
      prepare: () => BASE,
      run: (base: Buffer) => verify(null, base, ed.publicKey, edSignature),
    },
    signatureStage('hmac-sha256', secret, (base) => createHmac('sha256', secret).update(base).digest()),
    {
      name: 'HMAC-SHA-256 alone',
      prepare: () => BASE,
      run: (base: Buffer) => createHmac('sha256', secret).update(base).digest(),
    },
  ]
}

function signatureStage(algorithm: SignatureAlgorithm, key: KeyObject, signed: (base: Buffer) => Buffer): Stage {
  const authenticate = httpSignatureAuthenticator({
    origins: [ORIGIN],
    keys: [{ keyId: 'k', owner: 'acme', algorithm, key }],
    // What a store of replays costs is its own affair.
    replayStore: { claim: () => true },
    now: () => CREATED,
  })
  const credentials = (index: number): readonly Credential[] => {
    const input = `("@method" "@target-uri");created=${CREATED};keyid="k";nonce="${index}"`
    const base = `"@method": GET\n"@target-uri": ${ORIGIN}${ORDER_PATH}\n"@signature-params": ${input}`
    return [
      ['Signature-Input', `sig=${input}`],
      ['Signature', `sig=:${signed(Buffer.from(base)).toString('base64')}:`],
    ]
  }
  return authenticateStage(`authenticate: RFC 9421, ${algorithm}`, authenticate, credentials)
}
