import { hash } from 'node:crypto'
import { type AllowedRoute, parseAllowedRoute } from '../../allowed-route.ts'
import type { Clock, Fetch } from '../../effects.ts'
import {
  assertEndpoint,
  assertFunction,
  assertKnownKeys,
  assertOneOf,
  assertPositiveNumber,
  assertString,
  assertStrings,
  dangerouslyAllowHttp,
  invalidOption,
} from '../../options.ts'
import type { IssuerEffects } from '../jwt/issuer-keys.ts'
import { assertClaimMapping, type ClaimMapping } from '../jwt/principal-of-claims.ts'
import { PROOFS_OF_POSSESSION, type ProofOfPossession } from '../proof-of-possession.ts'
import { type ClientAuthentication, type ClientCredentials, clientAuthentication } from './client-authentication.ts'
import { type AnswerKeys, type SignedAnswerOptions, signedAnswerKeys } from './signed-answer.ts'

/** An authorization server that is asked about tokens. */
export interface ServerOptions {
  /** Its introspection endpoint: RFC 7662 §2. */
  readonly endpoint: string
  /** Who issues the tokens: the principal's issuer. An answer that names another is refused. */
  readonly issuer: string
  /** What `aud` of the answer must name: this API. An answer without `aud` is refused. */
  readonly audience: string | readonly string[]
  /**
   * Which member of the answer names the audience. `client_id` for servers that give no `aud`; the answer must then hold
   * `token_type` or `token_use`, for nothing else tells an access token from a refresh token.
   */
  readonly audienceClaim?: 'aud' | 'client_id'
  /** How the gateway shows the server who it is. */
  readonly client: ClientAuthentication
  /** Take signed answers only (RFC 9701), by the keys of the issuer. */
  readonly signedAnswers?: SignedAnswerOptions
  /**
   * Routes on which the server is asked for every request, whatever is remembered: `['/payments/**', 'POST /transfers']`.
   * JWTs of its issuer are asked about too, besides being verified.
   */
  readonly introspectAlways?: readonly string[]
  readonly claims?: ClaimMapping
  /** Whether tokens may, must or must not be bound to a key of their holder. Default `accepted`. */
  readonly proofOfPossession?: ProofOfPossession
  /** How long an active token is believed at most: the bound within which its revocation is seen. Default 30. */
  readonly cacheTtlSeconds?: number
  /** How long it is remembered that a token is not active, or not for us. Default 5. */
  readonly inactiveTtlSeconds?: number
  /** Bounds a call. Default 3,000. */
  readonly deadlineMs?: number
  /** How many calls may be under way; what would be more is answered 503. Default 256. */
  readonly maxInFlight?: number
  /** Makes the calls, instead of the authenticator's own: one with a client certificate, for `tls`. */
  readonly fetch?: Fetch
  /** @deprecated see {@link dangerouslyAllowHttp} */
  readonly [dangerouslyAllowHttp]?: boolean
}

export const SERVER_OPTIONS: readonly string[] = [
  ...['endpoint', 'issuer', 'audience', 'audienceClaim', 'client', 'signedAnswers', 'introspectAlways', 'claims'],
  ...['proofOfPossession', 'cacheTtlSeconds', 'inactiveTtlSeconds', 'deadlineMs', 'maxInFlight', 'fetch'],
]

/** What of an answer decides. */
export interface AnswerRules {
  readonly issuer: string
  readonly audiences: ReadonlySet<string>
  readonly audienceClaim: 'aud' | 'client_id'
  readonly proofOfPossession: ProofOfPossession
}

/** What the options come to, worked out at boot. */
export interface IntrospectionSettings extends AnswerRules {
  readonly endpoint: string
  readonly clientId: string
  readonly credentials: () => ClientCredentials
  readonly answerKeys: AnswerKeys | undefined
  readonly alwaysOn: readonly AllowedRoute[]
  readonly mapping: ClaimMapping
  readonly cacheTtlSeconds: number
  readonly inactiveTtlSeconds: number
  readonly deadlineMs: number
  readonly maxInFlight: number
  /** Stands for all that decides about a token besides the server. */
  readonly rulesId: string
  readonly fetch: Fetch
  readonly now: Clock
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function introspectionSettings(
  factory: string,
  options: ServerOptions,
  effects: IssuerEffects,
): IntrospectionSettings {
  assertKnownKeys(factory, options, SERVER_OPTIONS)
  const { endpoint, client, claims = {}, signedAnswers, introspectAlways = [], fetch = effects.fetch } = options
  const { cacheTtlSeconds = 30, inactiveTtlSeconds = 5, deadlineMs = 3_000, maxInFlight = 256 } = options
  const rules = answerRules(factory, options)
  assertEndpoint(factory, 'endpoint', endpoint, options[dangerouslyAllowHttp] === true)
  assertClaimMapping(factory, claims)
  for (const [name, value] of Object.entries({ cacheTtlSeconds, inactiveTtlSeconds, deadlineMs })) {
    assertPositiveNumber(factory, name, value)
  }
  assertPositiveNumber(factory, 'maxInFlight', maxInFlight, 1)
  assertFunction(factory, 'fetch', fetch)
  if (client?.method === 'tls' && fetch === globalThis.fetch) {
    throw invalidOption(
      factory,
      '"fetch" must be one that shows the client certificate, for the client\'s method "tls"',
    )
  }
  const decisive = [endpoint, ...Object.values(rules), [...rules.audiences], client?.clientId, claims, signedAnswers]
  return {
    ...rules,
    endpoint,
    clientId: client?.clientId,
    credentials: clientAuthentication(factory, client, rules.issuer, effects.now),
    answerKeys:
      signedAnswers === undefined
        ? undefined
        : signedAnswerKeys(factory, signedAnswers, options, { ...effects, fetch }),
    alwaysOn: routesOf(factory, introspectAlways),
    mapping: claims,
    cacheTtlSeconds,
    inactiveTtlSeconds,
    deadlineMs,
    maxInFlight,
    rulesId: hash('sha256', JSON.stringify(decisive), 'base64url'),
    fetch,
    now: effects.now,
  }
}

function answerRules(factory: string, options: ServerOptions): AnswerRules {
  const { issuer, audienceClaim = 'aud', proofOfPossession = 'accepted' } = options
  assertString(factory, 'issuer', issuer)
  const audience = typeof options.audience === 'string' ? [options.audience] : options.audience
  assertStrings(factory, 'audience', audience)
  assertOneOf(factory, 'audienceClaim', audienceClaim, ['aud', 'client_id'])
  assertOneOf(factory, 'proofOfPossession', proofOfPossession, PROOFS_OF_POSSESSION)
  return { issuer, audiences: new Set(audience), audienceClaim, proofOfPossession }
}

function routesOf(factory: string, routes: readonly string[]): readonly AllowedRoute[] {
  if (!Array.isArray(routes) || routes.length > 0) assertStrings(factory, 'introspectAlways', routes)
  try {
    return routes.map(parseAllowedRoute)
  } catch (error) {
    throw invalidOption(factory, `"introspectAlways" ${error instanceof Error ? error.message : 'holds no route'}`)
  }
}
