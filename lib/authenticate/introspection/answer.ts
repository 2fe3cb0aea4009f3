import { DependencyError } from '../../errors.ts'
import { possessionProblem } from '../proof-of-possession.ts'
import type { AnswerRules } from './options.ts'

/** What an authorization server says of an active token: RFC 7662 §2.2. */
export type ActiveToken = Readonly<Record<string, unknown>>

/** @throws DependencyError when the answer is no JSON */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
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

const CLOCK_TOLERANCE_SECONDS = 5

/** Why an active token is not for us, or not now; a word for the log. */
export function answerProblem(token: ActiveToken, rules: AnswerRules, now: number): string | undefined {
  const { iss, exp, nbf, token_type: type } = token
  if (iss !== undefined && iss !== rules.issuer) return 'issuer'
  const named = token[rules.audienceClaim]
  const audience = typeof named === 'string' ? [named] : named
  if (!Array.isArray(audience) || !audience.some((item) => rules.audiences.has(item))) return 'audience'
  if (exp !== undefined && !(Number.isSafeInteger(exp) && now < (exp as number))) return 'expired'
  if (nbf !== undefined && !(Number.isSafeInteger(nbf) && (nbf as number) <= now + CLOCK_TOLERANCE_SECONDS))
    return 'nbf'
  if (type !== undefined && !(typeof type === 'string' && /^(?:bearer|dpop)$/i.test(type))) return 'token type'
  return possessionProblem(token.cnf, rules.proofOfPossession)
}
