import { createChallenge } from '../challenge.ts'
import { AuthError, DependencyError } from '../errors.ts'
import { isFirstUse } from '../first-use.ts'
import type { RequestView } from '../request-view.ts'
import type { SharedKey } from '../shared-key.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticatedAs,
  rejected,
  rejectedWith,
} from './authenticator.ts'
import { type HmacOptions, type HmacSettings, hmacSettings } from './hmac/options.ts'
import { DETAIL, type Presented, readPresented, signedText } from './hmac/presented.ts'
import { isSignedBy } from './hmac/signature.ts'
import { rehearsalOf, withoutClaims } from './rehearsal.ts'

export type { HmacHeaders, HmacOptions } from './hmac/options.ts'

/** RFC 2104 §3 discourages keys that are shorter than the hash. */
const MIN_SECRET_BYTES = 32

/**
 * Requests that are signed with a shared secret: HMAC-SHA-256 over method, request target, timestamp, the body's SHA-256
 * and a nonce, if there is one; by the form `hmac-sha256-v1`, over host, content type and key id as well. Each signature is
 * accepted once. Nobody can tell an unknown key from a wrong signature.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function hmacAuthenticator(options: HmacOptions): Authenticator {
  const settings = hmacSettings(options)
  const { signature } = settings.headers
  return {
    method: 'hmac',
    challenges: [createChallenge('HMAC-SHA256', { realm: settings.realm })],
    // The others prove nothing alone, and other clients may send them for reasons of their own.
    sources: [{ header: signature }],
    urlParameters: [],
    issuers: [],
    authenticate: (request) => (request.credential(signature) === undefined ? ABSENT : verify(settings, request)),
    rehearse(request) {
      if (request.credential(signature) === undefined) return rehearsalOf(ABSENT)
      return withoutClaims('the signature', (replayStore) => verify({ ...settings, replayStore }, request))
    },
  }
}

async function verify(settings: HmacSettings, request: RequestView): Promise<Authentication> {
  const presented = readPresented(settings, request)
  if ('outcome' in presented) return presented
  const body = await request.readBody(settings.maxBodyBytesOf(request))
  if (body instanceof AuthError) return rejectedWith(body)
  const text = signedText(presented, request, body)
  if (text === undefined) return rejected('content type', DETAIL)
  const key = await findKey(settings, presented.keyId)
  const isGood = isSignedBy(key?.secrets ?? [settings.nobodysSecret()], text, presented.mac)
  if (!key || !isGood) return rejected(key ? 'signature' : 'unknown key', DETAIL)
  if (key.expiresAt !== undefined && !(settings.now() < key.expiresAt)) return rejected('expired', DETAIL)
  // Written so that an answer of any other kind is no first use.
  if ((await isFirst(settings, presented)) !== true) return rejected('replayed', 'The signature has been used before.')
  return authenticatedAs(fieldsOf(key))
}

/**
 * A look-up that takes several spellings for one key id, as some databases do, would let a signature count once by each.
 * @throws DependencyError when it finds a secret that can be guessed, such as an empty one
 */
async function findKey({ keys }: HmacSettings, keyId: string): Promise<SharedKey | undefined> {
  const key = await keys.find(keyId)
  if (key?.keyId !== keyId || key.secrets.length === 0) return undefined
  if (!key.secrets.every(({ symmetricKeySize = 0 }) => symmetricKeySize >= MIN_SECRET_BYTES)) {
    throw new DependencyError('shared keys', `a secret is shorter than ${MIN_SECRET_BYTES} bytes`)
  }
  return key
}

/**
 * Claimed after the MAC is verified, by its key and nonce; without a nonce by the MAC's bytes, for its text could have
 * twins. Kept for as long as the timestamp could pass once more. A key id may hold colons: its length says where it ends.
 */
async function isFirst(
  { replayStore, maxSkewSeconds, now }: HmacSettings,
  { keyId, nonce, mac }: Presented,
): Promise<boolean> {
  const used = nonce === undefined ? `mac:${mac.toString('base64url')}` : `nonce:${nonce}`
  return isFirstUse(await replayStore.claim(`hmac:${keyId.length}:${keyId}:${used}`, now() + 2 * maxSkewSeconds + 1))
}

function fieldsOf(key: SharedKey): Parameters<typeof authenticatedAs>[0] {
  const { keyId, owner, scopes, roles, tenantId, tier, expiresAt } = key
  return {
    kind: 'client',
    subject: owner,
    clientId: owner,
    method: 'hmac',
    credentialId: keyId,
    scopes,
    roles,
    tenantId,
    tier,
    expiresAt,
  }
}
