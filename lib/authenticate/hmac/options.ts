import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { type BodyLimit, type BodyLimitOptions, bodyLimit } from '../../body-limits.ts'
import { type Clock, systemClock } from '../../effects.ts'
import { isToken } from '../../header-name.ts'
import {
  assertBoolean,
  assertFunction,
  assertKnownKeys,
  assertPositiveNumber,
  assertString,
  assertStrings,
  invalidOption,
} from '../../options.ts'
import type { SharedKeys } from '../../shared-key.ts'
import { SIGNED_FORMS, type SignedForm } from '../../signed-parts.ts'
import type { ReplayStore } from '../../store/replay-store.ts'

export interface HmacHeaders {
  /** Default `X-Key-ID`. */
  readonly keyId?: string
  /** Default `X-Timestamp`. */
  readonly timestamp?: string
  /** Default `X-Nonce`. */
  readonly nonce?: string
  /** Default `X-Signature`. */
  readonly signature?: string
}

export interface HmacOptions extends BodyLimitOptions {
  /** The secrets shared with clients: `secretVault({ … })`, or whatever finds them. */
  readonly keys: SharedKeys
  /** Where used signatures are remembered: one for the whole fleet, so that none is used twice. */
  readonly replayStore: ReplayStore
  /** How far a timestamp may be off, each way. Default 300. */
  readonly maxSkewSeconds?: number
  /**
   * What may be signed. Default both: `hmac-sha256`, and `hmac-sha256-v1`, which covers host, content type and key id, too.
   * The name of the form is in the header, and no text of one is one of the other.
   */
  readonly forms?: readonly SignedForm[]
  /** Refuse a request without a nonce. Default false: each signature counts once in any case. */
  readonly requireNonce?: boolean
  readonly headers?: HmacHeaders
  readonly realm?: string
  readonly now?: Clock
}

const FACTORY = 'hmacAuthenticator'
const OPTIONS = [
  ...['keys', 'replayStore', 'maxSkewSeconds', 'maxBodyBytes', 'maxBodyBytesByRoute', 'requireNonce', 'headers'],
  ...['forms', 'realm', 'now'],
]
const DEFAULT_HEADERS: Required<HmacHeaders> = {
  keyId: 'X-Key-ID',
  timestamp: 'X-Timestamp',
  nonce: 'X-Nonce',
  signature: 'X-Signature',
}

/** What the options come to, worked out at boot. */
export interface HmacSettings {
  readonly keys: SharedKeys
  readonly replayStore: ReplayStore
  readonly maxSkewSeconds: number
  readonly maxBodyBytesOf: BodyLimit
  readonly forms: readonly SignedForm[]
  readonly requireNonce: boolean
  /** Lower-case. */
  readonly headers: Required<HmacHeaders>
  readonly realm: string
  /**
   * Stands in for the secret of a key that nobody has, so that its answer costs the same: made anew each time, as those
   * that are found are.
   */
  readonly nobodysSecret: () => KeyObject
  readonly now: Clock
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function hmacSettings(options: HmacOptions): HmacSettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { keys, replayStore, maxSkewSeconds = 300, requireNonce = false } = options
  const { forms = SIGNED_FORMS, realm = 'api', now = systemClock } = options
  if (typeof keys?.find !== 'function')
    throw invalidOption(FACTORY, '"keys" must find shared keys, as secretVault() does')
  if (typeof replayStore?.claim !== 'function') {
    throw invalidOption(
      FACTORY,
      '"replayStore" must be a ReplayStore: redisReplayStore() for a fleet, memoryReplayStore() for one process',
    )
  }
  assertPositiveNumber(FACTORY, 'maxSkewSeconds', maxSkewSeconds, undefined, 3_600)
  assertForms(forms)
  assertBoolean(FACTORY, 'requireNonce', requireNonce)
  assertString(FACTORY, 'realm', realm)
  assertFunction(FACTORY, 'now', now)
  const nobodys = randomBytes(43)
  return {
    keys,
    replayStore,
    maxSkewSeconds,
    maxBodyBytesOf: bodyLimit(FACTORY, options),
    forms,
    requireNonce,
    headers: headerNames(options.headers ?? {}),
    realm,
    nobodysSecret: () => createSecretKey(nobodys),
    now,
  }
}

function assertForms(forms: readonly SignedForm[]): void {
  assertStrings(FACTORY, 'forms', forms)
  if (forms.every((form) => SIGNED_FORMS.includes(form))) return
  throw invalidOption(FACTORY, `"forms" must hold ${SIGNED_FORMS.join(' or ')}`)
}

function headerNames(given: HmacHeaders): Required<HmacHeaders> {
  assertKnownKeys(`${FACTORY}.headers`, given, Object.keys(DEFAULT_HEADERS))
  const names = Object.entries({ ...DEFAULT_HEADERS, ...given }).map(([part, name]) => {
    if (typeof name !== 'string' || !isToken(name))
      throw invalidOption(`${FACTORY}.headers`, `"${part}" must be a header name`)
    return [part, name.toLowerCase()] as const
  })
  if (new Set(names.map(([, name]) => name)).size < names.length) {
    throw invalidOption(`${FACTORY}.headers`, 'each part needs a header of its own')
  }
  return Object.fromEntries(names) as unknown as Required<HmacHeaders>
}
