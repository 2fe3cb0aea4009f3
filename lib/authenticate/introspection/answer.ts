import { DependencyError } from '../../errors.ts'
import { possessionProblem, readConfirmation } from '../proof-of-possession.ts'
import type { AnswerRules } from './options.ts'

/** What an authorization server says of an active token: RFC 7662 §2.2. */
export type ActiveToken = Readonly<Record<string, unknown>>

/** @throws DependencyError when the answer is no JSON */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without the cause: its message shows a piece of the answer.
    throw new DependencyError('introspection', 'answered with no JSON')
  }
}

/**
 * Reads an answer. Only `active: true` is active and only `active: false` is not; whatever else it says, the server is at
 * fault, and we know nothing.
 * @returns `undefined` when the token is not active
 * @throws DependencyError when the answer is none
 */
export function activeToken(answer: unknown): ActiveToken | undefined {
  const active = typeof answer === 'object' && answer !== null ? (answer as ActiveToken).active : undefined
  if (active === true) return answer as ActiveToken
  if (active === false) return undefined
  throw new DependencyError('introspection', 'did not say whether the token is active')
}

/** No principal has claims that are deeper: they are refused later. */
const MAX_DEPTH = 17

/** The answer less every value that is the token itself, such as a `jti`: a principal is logged, a credential never. */
export function withoutToken(answer: ActiveToken, token: string): ActiveToken {
  return without(answer, token, MAX_DEPTH) as ActiveToken
}

function without(value: unknown, token: string, levels: number): unknown {
  if (typeof value !== 'object' || value === null || levels === 0) return value
  if (Array.isArray(value)) {
    return value.filter((item) => item !== token).map((item) => without(item, token, levels - 1))
  }
  const members = Object.entries(value).filter(([, member]) => member !== token)
  return Object.fromEntries(members.map(([name, member]) => [name, without(member, token, levels - 1)]))
}

const CLOCK_TOLERANCE_SECONDS = 5

/** Why an active token is not for us, or not now; a word for the log. */
export function answerProblem(token: ActiveToken, rules: AnswerRules, now: number): string | undefined {
  return (
    partyProblem(token, rules) ??
    timeProblem(token, now) ??
    kindProblem(token, rules) ??
    possessionProblem(token.cnf, rules.proofOfPossession)
  )
}

function partyProblem(token: ActiveToken, rules: AnswerRules): string | undefined {
  if (token.iss !== undefined && token.iss !== rules.issuer) return 'issuer'
  const named = token[rules.audienceClaim]
  const audience = typeof named === 'string' ? [named] : named
  if (!Array.isArray(audience) || !audience.every((item) => typeof item === 'string')) return 'audience'
  return audience.some((item) => rules.audiences.has(item)) ? undefined : 'audience'
}

function timeProblem({ exp, nbf }: ActiveToken, now: number): string | undefined {
  if (exp !== undefined) {
    if (!Number.isSafeInteger(exp)) return 'exp'
    if (!(now < (exp as number))) return 'expired'
  }
  if (nbf !== undefined) {
    if (!Number.isSafeInteger(nbf)) return 'nbf'
    if ((nbf as number) > now + CLOCK_TOLERANCE_SECONDS) return 'not yet valid'
  }
  return undefined
}

const TOKEN_TYPES = /^(?:bearer|dpop)$/i
/** What servers call the kind of an access token besides: Ory Hydra in `token_use`, Keycloak in `typ`. */
const ACCESS_TOKEN_KINDS = /^(?:access|access_token|bearer|dpop|at\+jwt|jwt)$/i

/** A server is asked about any token it knows, so a refresh token is active too: RFC 7662 §2.1. */
function kindProblem(token: ActiveToken, { audienceClaim }: AnswerRules): string | undefined {
  const { token_type: type, token_use: use, typ, cnf } = token
  if (!isAbsentOr(TOKEN_TYPES, type)) return 'token type'
  if (!isAbsentOr(ACCESS_TOKEN_KINDS, use)) return 'token use'
  if (!isAbsentOr(ACCESS_TOKEN_KINDS, typ)) return 'typ'
  // A refresh token has no audience, and so no `aud`; but it has a client.
  if (audienceClaim === 'client_id' && type === undefined && use === undefined) return 'no token type'
  const isDpop = typeof type === 'string' && type.toLowerCase() === 'dpop'
  return isDpop && readConfirmation(cnf)?.keyThumbprint === undefined ? 'token not bound to a key' : undefined
}

function isAbsentOr(pattern: RegExp, value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && pattern.test(value))
}
