import { hash } from 'node:crypto'
import {
  assertBoolean,
  assertKnownKeys,
  assertOneOf,
  assertPositiveNumber,
  assertString,
  assertStrings,
  type dangerouslyAllowHttp,
  invalidOption,
} from '../../options.ts'
import { PROOFS_OF_POSSESSION, type ProofOfPossession } from '../proof-of-possession.ts'
import { isJwsAlgorithm, JWS_ALGORITHMS, type JwsAlgorithm, SHARED_SECRET_ALGORITHM } from './algorithms.ts'
import type { ClaimRules } from './claims.ts'
import { type IssuerEffects, issuerKeys } from './issuer-keys.ts'
import type { KeySet } from './key-set.ts'
import { assertClaimMapping, type ClaimMapping } from './principal-of-claims.ts'
import type { KeySetTimes } from './remote-key-set.ts'

/** What is known of one issuer of JWTs. Nothing of it counts for another issuer. */
export interface IssuerOptions {
  /** Compared exactly with `iss`. Its keys are found by discovery, unless `jwksUri` or `keys` says otherwise. */
  readonly issuer: string
  /** What `aud` must name: this API. */
  readonly audience: string | readonly string[]
  /** Which claim names the audience. `client_id` for issuers whose access tokens have no `aud`, such as Amazon Cognito. */
  readonly audienceClaim?: 'aud' | 'client_id'
  /** The algorithms this issuer signs with, and no others. */
  readonly algorithms: readonly JwsAlgorithm[]
  /**
   * The secret shared with the issuer, of at least 32 bytes, for `algorithms: ['HS256']` and for nothing else: whoever can
   * verify such a token can make one.
   */
  readonly secret?: string | Uint8Array
  /** Where the issuer's key set is, instead of by discovery. */
  readonly jwksUri?: string
  /** The issuer's public keys, a JWK Set, instead of by discovery. */
  readonly keys?: { readonly keys: readonly object[] }
  /** `rfc9068` demands `typ: at+jwt` and that profile's claims. Default `any`: any access token, and no other token. */
  readonly profile?: 'any' | 'rfc9068'
  readonly claims?: ClaimMapping
  /** Default 5. */
  readonly clockToleranceSeconds?: number
  /** Tokens that live longer are refused. Default 86,400. */
  readonly maxLifetimeSeconds?: number
  /**
   * Tokens that are bound to a key of their holder (RFC 9449 by DPoP, RFC 8705 by certificate): `accepted` (default) wants
   * the proof for those that are bound, `required` takes no others, `refused` takes none.
   */
  readonly proofOfPossession?: ProofOfPossession
  /** Accept a token without `kid` when the key set has exactly one key. Default false. */
  readonly allowMissingKeyId?: boolean
  readonly keySet?: KeySetTimes
  /** @deprecated see {@link dangerouslyAllowHttp} */
  readonly [dangerouslyAllowHttp]?: boolean
}

export const ISSUER_OPTIONS: readonly string[] = [
  ...['issuer', 'audience', 'audienceClaim', 'algorithms', 'secret', 'jwksUri', 'keys', 'profile', 'claims'],
  ...['clockToleranceSeconds', 'maxLifetimeSeconds', 'proofOfPossession', 'allowMissingKeyId', 'keySet'],
]

/** What the options of one issuer come to. */
export interface Issuer {
  readonly rules: ClaimRules
  readonly algorithms: ReadonlySet<JwsAlgorithm>
  readonly mapping: ClaimMapping
  readonly keySet: KeySet
  readonly allowMissingKeyId: boolean
  /** Verifies by a shared secret: then it stands alone. */
  readonly hasSecret: boolean
  /** Stands for all that decides about a token besides the token and the keys. */
  readonly rulesId: string
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function createIssuer(factory: string, options: IssuerOptions, effects: IssuerEffects): Issuer {
  assertKnownKeys(factory, options, ISSUER_OPTIONS)
  const { claims = {}, allowMissingKeyId = false, algorithms } = options
  const rules = claimRules(factory, options)
  assertAlgorithms(factory, options)
  assertClaimMapping(factory, claims)
  assertBoolean(factory, 'allowMissingKeyId', allowMissingKeyId)
  const decisive = [...Object.values(rules), [...rules.audiences], algorithms, claims, allowMissingKeyId]
  const hasSecret = options.secret !== undefined
  return {
    rules,
    algorithms: new Set(algorithms),
    mapping: claims,
    keySet: issuerKeys(factory, options, effects),
    // A shared secret is one key: it needs no name.
    allowMissingKeyId: allowMissingKeyId || hasSecret,
    hasSecret,
    rulesId: hash('sha256', JSON.stringify(decisive), 'base64url'),
  }
}

function claimRules(factory: string, options: IssuerOptions): ClaimRules {
  const { issuer, profile = 'any', clockToleranceSeconds = 5, maxLifetimeSeconds = 86_400 } = options
  const { audienceClaim = 'aud', proofOfPossession = 'accepted' } = options
  assertString(factory, 'issuer', issuer)
  const audience = typeof options.audience === 'string' ? [options.audience] : options.audience
  assertStrings(factory, 'audience', audience)
  assertOneOf(factory, 'audienceClaim', audienceClaim, ['aud', 'client_id'])
  assertOneOf(factory, 'profile', profile, ['any', 'rfc9068'])
  assertOneOf(factory, 'proofOfPossession', proofOfPossession, PROOFS_OF_POSSESSION)
  assertPositiveNumber(factory, 'clockToleranceSeconds', clockToleranceSeconds, 0, 300)
  assertPositiveNumber(factory, 'maxLifetimeSeconds', maxLifetimeSeconds)
  const audiences = new Set(audience)
  return { issuer, audiences, audienceClaim, profile, clockToleranceSeconds, maxLifetimeSeconds, proofOfPossession }
}

function assertAlgorithms(factory: string, { algorithms, secret }: IssuerOptions): void {
  assertStrings(factory, 'algorithms', algorithms)
  const isShared = algorithms.includes(SHARED_SECRET_ALGORITHM)
  if (isShared && algorithms.length > 1) {
    throw invalidOption(factory, '"algorithms" mixes HS256 with public keys; HS256 stands alone')
  }
  if (isShared !== (secret !== undefined)) {
    throw invalidOption(factory, '"secret" and algorithms: [\'HS256\'] go together, and with nothing else')
  }
  if (isShared) return
  for (const algorithm of algorithms) {
    if (isJwsAlgorithm(algorithm)) continue
    throw invalidOption(
      factory,
      `"algorithms" holds "${algorithm}"; public keys verify ${JWS_ALGORITHMS.join(', ')}. HMAC and "none" never mix with them`,
    )
  }
}
