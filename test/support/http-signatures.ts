import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Authentication, Authenticator } from '../../lib/authenticate/authenticator.ts'
import {
  type FixedSignatureKey,
  type HttpSignatureOptions,
  httpSignatureAuthenticator,
} from '../../lib/authenticate/http-signature.ts'
import type { Awaitable } from '../../lib/effects.ts'
import type { RequestView } from '../../lib/request-view.ts'
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../../lib/signature-key.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { testClock } from './clock.ts'
import { digestOf, type MessageToSign, ORIGIN, type Signing, signatureFields, signedView } from './message-signature.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const ed: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } = generateKeyPairSync('ed25519')
export const secret: KeyObject = createSecretKey(Buffer.alloc(32, 7))
const PAIRS = {
  ed25519: ed,
  'ecdsa-p256-sha256': ec,
  'rsa-pss-sha512': rsa,
  'rsa-v1_5-sha256': rsa,
  'hmac-sha256': { publicKey: secret, privateKey: secret },
}
/** A key of acme for each algorithm: `key-ed25519` and so on. */
export const KEYS: readonly FixedSignatureKey[] = SIGNATURE_ALGORITHMS.map((algorithm) => ({
  keyId: `key-${algorithm}`,
  owner: 'acme',
  algorithm,
  key: PAIRS[algorithm].publicKey,
  scopes: ['write:orders'],
}))

/** An authenticator that knows them, at the tests' time. */
export function setUp(options: Partial<HttpSignatureOptions> = {}): {
  readonly authenticator: Authenticator
  authenticate(request: RequestView): Awaitable<Authentication>
} {
  const clock = testClock()
  const authenticator = httpSignatureAuthenticator({
    origins: [ORIGIN],
    keys: KEYS,
    replayStore: memoryReplayStore({ now: clock.now }),
    now: clock.now,
    ...options,
  })
  return { authenticator, authenticate: (request: RequestView) => authenticator.authenticate(request) }
}

export function signing(algorithm: SignatureAlgorithm = 'ed25519', changes: Partial<Signing> = {}): Signing {
  return { keyId: `key-${algorithm}`, algorithm, key: PAIRS[algorithm].privateKey, ...changes }
}

/** A request that is signed with Ed25519, as it arrives. */
export function signed(message: MessageToSign = {}, changes: Partial<Signing> = {}): RequestView {
  return signedView(signatureFields(message, signing('ed25519', changes)), message)
}

export function withBody(body: string): MessageToSign {
  return { method: 'POST', body, headers: { 'content-digest': digestOf(body) } }
}
