import { createPublicKey, createSecretKey, type KeyObject, verify } from 'node:crypto'
import { assertKnownKeys, invalidOption } from '../options.ts'
import { isAnyEqual, macOf, secretList } from './mac.ts'
import type { WebhookFormat } from './webhook-format.ts'
import { epochSeconds } from './webhook-time.ts'

export interface WebhookSecretsOptions {
  /** As the sender shows them. Several while one takes the other's place. */
  readonly secrets: readonly string[]
}

const FACTORY = 'standardWebhooks'
const [ID, TIMESTAMP, SIGNATURE] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
/** No full stop: it divides the id from the timestamp, and the timestamp from the body. */
const MESSAGE_ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const MIN_SECRET_BYTES = 24
const PUBLIC_KEY_BYTES = 32
const MAX_SIGNATURES = 16

/**
 * Standard Webhooks 1: `v1` (HMAC-SHA-256, `whsec_...`) and `v1a` (Ed25519, `whpk_...`). Of several signatures in the header
 * one must be good; versions that we don't know are passed over.
 * @throws TypeError when a secret is none
 */
export function standardWebhooks(options: WebhookSecretsOptions): WebhookFormat {
  assertKnownKeys(FACTORY, options, ['secrets'])
  const list = secretList(FACTORY, options.secrets)
  const keys = list.map(readKey)
  const secrets = keys.filter(({ type }) => type === 'secret')
  const publicKeys = keys.filter(({ type }) => type === 'public')
  return {
    name: 'standard-webhooks',
    headers: [SIGNATURE, ID, TIMESTAMP],
    verify(message) {
      const id = message.header(ID) ?? ''
      if (!MESSAGE_ID.test(id)) return 'id'
      const sent = message.header(TIMESTAMP)
      const timestamp = epochSeconds(sent)
      if (timestamp === undefined) return 'timestamp format'
      const signatures = (message.header(SIGNATURE) ?? '').split(' ')
      if (signatures.length > MAX_SIGNATURES) return 'too many signatures'
      const before = `${id}.${sent}.`
      const expected = secrets.map((secret) => macOf(secret, before, message.body))
      const isGood =
        isAnyEqual(signaturesOf('v1', signatures), expected) ||
        isSigned(signaturesOf('v1a', signatures), publicKeys, before, message.body)
      return isGood ? { id, timestamp, unique: id } : 'signature'
    },
  }
}

function signaturesOf(version: string, signatures: readonly string[]): readonly Buffer[] {
  return signatures.flatMap((each) => {
    const [name, text = '', ...rest] = each.split(',')
    return name === version && rest.length === 0 && BASE64.test(text) ? [Buffer.from(text, 'base64')] : []
  })
}

function isSigned(
  signatures: readonly Buffer[],
  keys: readonly KeyObject[],
  before: string,
  body: Uint8Array,
): boolean {
  if (signatures.length === 0 || keys.length === 0) return false
  const content = Buffer.concat([Buffer.from(before), body])
  return keys.some((key) => signatures.some((signature) => verify(null, content, key, signature)))
}

function readKey(text: string): KeyObject {
  const [kind, base64 = ''] = text.split(/_(.*)/s)
  const bytes = BASE64.test(base64) ? Buffer.from(base64, 'base64') : Buffer.alloc(0)
  if (kind === 'whsec' && bytes.length >= MIN_SECRET_BYTES) return createSecretKey(bytes)
  if (kind === 'whpk' && bytes.length === PUBLIC_KEY_BYTES) {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }, format: 'jwk' })
  }
  throw invalidOption(
    FACTORY,
    `"secrets" must hold whsec_ and at least ${MIN_SECRET_BYTES} bytes, or whpk_ and a public key of Ed25519, in base64`,
  )
}
