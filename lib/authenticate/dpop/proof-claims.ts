import { hash } from 'node:crypto'
import type { RequestView } from '../../request-view.ts'
import { type Claims, isTime } from '../jwt/claims.ts'
import type { TargetTest } from './target.ts'

export interface ProofRules {
  readonly isTarget: TargetTest
  readonly maxAgeSeconds: number
  readonly clockToleranceSeconds: number
}

/** What every good proof says. */
export interface ProofClaims {
  readonly jti: string
  readonly iat: number
  readonly nonce: unknown
}

const MAX_ID_LENGTH = 256

/**
 * Judges what a proof says about the request and the token that it came with: RFC 9449 §4.3, items 8, 9, 11 and 12. The
 * nonce comes later.
 * @returns a word for the log when the proof is to be refused
 */
export function readProofClaims(
  claims: Claims,
  request: Pick<RequestView, 'method' | 'path'>,
  token: string,
  rules: ProofRules,
  now: number,
): ProofClaims | string {
  const { jti, htm, htu, iat, ath, nonce } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH) return 'jti'
  if (htm !== request.method) return 'htm'
  if (typeof htu !== 'string' || !rules.isTarget(htu, request.path)) return 'htu'
  if (ath !== hash('sha256', token, 'base64url')) return 'ath'
  if (!isTime(iat)) return 'iat'
  return timeProblem(claims, iat, rules, now) ?? { jti, iat, nonce }
}

function timeProblem({ exp, nbf }: Claims, iat: number, rules: ProofRules, now: number): string | undefined {
  const { maxAgeSeconds, clockToleranceSeconds: tolerance } = rules
  // Written so that a clock that gives no number lets nothing through.
  if (!(iat <= now + tolerance)) return 'from the future'
  if (!(now <= iat + maxAgeSeconds + tolerance)) return 'too old'
  // A proof need not say more about time. What it says counts.
  if (exp !== undefined && !(isTime(exp) && now < exp + tolerance)) return 'expired'
  if (nbf !== undefined && !(isTime(nbf) && nbf <= now + tolerance)) return 'not yet valid'
  return undefined
}
