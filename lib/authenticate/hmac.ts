import { isAllowedRoute } from '../allowed-route.ts'
import { createChallenge } from '../challenge.ts'
import { AuthError } from '../errors.ts'
import type { RequestView } from '../request-view.ts'
import type { SharedKey } from '../shared-key.ts'
import { stringToSign } from '../signed-parts.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticatedAs,
  rejected,
  rejectedWith,
} from './authenticator.ts'
import { type HmacOptions, type HmacSettings, hmacSettings } from './hmac/options.ts'
import { isSignedBy, parseSignature } from './hmac/signature.ts'
import { parseTimestamp } from './hmac/timestamp.ts'

export type { HmacHeaders, HmacOptions } from './hmac/options.ts'

/** One answer for every bad signature: unknown, expired and revoked keys look like wrong ones from outside. */
const DETAIL = 'The signature is not valid.'
const KEY_ID = /^[\x21-\x7e]{1,128}$/
const NONCE = /^[\x21-\x7e]{1,128}$/

/**
 * Requests that are signed with a shared secret: HMAC-SHA-256 over method, request target, timestamp, the body's SHA-256
 * and a nonce, if there is one. Each signature is accepted once. Nobody can tell an unknown key from a wrong signature.
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
  }
}

interface Presented {
  readonly keyId: string
  readonly timestamp: string
  readonly nonce: string | undefined
  readonly mac: Buffer
}

async function verify(settings: HmacSettings, request: RequestView): Promise<Authentication> {
  const presented = readHeaders(settings, request)
  if ('outcome' in presented) return presented
  const body = await request.readBody(maxBytesFor(settings, request))
  if (body instanceof AuthError) return rejectedWith(body)
  const { method, target } = request
  const text = stringToSign({ ...presented, method, target, body })
  const key = await settings.keys.find(presented.keyId)
  const isGood = isSignedBy(key?.secrets ?? [settings.nobodysSecret], text, presented.mac)
  if (!key || !isGood) return rejected(key ? 'signature' : 'unknown key', DETAIL)
  if (key.expiresAt !== undefined && !(settings.now() < key.expiresAt)) return rejected('expired', DETAIL)
  if (!(await isFirst(settings, presented))) return rejected('replayed', 'The signature has been used before.')
  return authenticatedAs(fieldsOf(key))
}

function readHeaders(settings: HmacSettings, request: RequestView): Presented | Authentication {
  const { headers, requireNonce, maxSkewSeconds, now } = settings
  const keyId = field(request, headers.keyId)
  const timestamp = field(request, headers.timestamp)
  const nonce = field(request, headers.nonce)
  if (keyId === undefined || timestamp === undefined || (requireNonce && nonce === undefined)) {
    return rejected('incomplete signature', 'The key id, the timestamp or the nonce is missing.')
  }
  if (!KEY_ID.test(keyId)) return rejected('key id', DETAIL)
  if (nonce !== undefined && !NONCE.test(nonce)) return rejected('nonce', DETAIL)
  const mac = parseSignature(request.credential(headers.signature) ?? '')
  if (!mac) return rejected('signature format', DETAIL)
  const at = parseTimestamp(timestamp)
  if (at === undefined) return rejected('timestamp format', 'The timestamp must be like 2026-11-24T09:30:00Z.')
  if (!(Math.abs(now() - at) <= maxSkewSeconds)) return rejected('timestamp', 'The timestamp is too far off.')
  return { keyId, timestamp, nonce, mac }
}

/** A field that is sent twice is joined with a comma and a space, which none of these has. */
function field({ headers }: RequestView, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/**
 * Claimed after the MAC is verified, by its key and nonce; without a nonce by the MAC's bytes, for its text could have
 * twins. Kept for as long as the timestamp could pass once more.
 */
function isFirst({ replayStore, maxSkewSeconds, now }: HmacSettings, { keyId, nonce, mac }: Presented) {
  const used = nonce === undefined ? `mac:${mac.toString('base64url')}` : `nonce:${nonce}`
  return replayStore.claim(`hmac:${keyId}:${used}`, now() + 2 * maxSkewSeconds + 1)
}

function maxBytesFor({ bodyLimits, maxBodyBytes }: HmacSettings, request: RequestView): number {
  return bodyLimits.find(({ route }) => isAllowedRoute(route, request))?.maxBytes ?? maxBodyBytes
}

function fieldsOf({ keyId, owner, scopes, roles, tenantId, tier }: SharedKey): Parameters<typeof authenticatedAs>[0] {
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
  }
}
