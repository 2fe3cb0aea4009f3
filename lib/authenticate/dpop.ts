import { withDeadline } from '../deadline.ts'
import { type Awaitable, type Clock, isLater, systemClock } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { isFirstUse } from '../first-use.ts'
import {
  assertDelayMs,
  assertFunction,
  assertKnownKeys,
  assertPositiveNumber,
  assertStrings,
  invalidOption,
} from '../options.ts'
import { memoryReplayStore } from '../store/memory.ts'
import type { ReplayStore } from '../store/replay-store.ts'
import { type NonceOptions, Nonces } from './dpop/nonces.ts'
import type { ProofClaims, ProofRules } from './dpop/proof-claims.ts'
import { ProofReader } from './dpop/proof-reader.ts'
import { targetTest } from './dpop/target.ts'
import { JWS_ALGORITHMS, type JwsAlgorithm } from './jwt/algorithms.ts'
import type { ProofVerifier } from './proof-of-possession.ts'

export interface DpopOptions {
  /**
   * The origins under which clients call this API, such as `https://api.example.com`. What a proof was made for is compared
   * with one of them and the path of the request; `Host` is not asked.
   */
  readonly origins: readonly string[]
  /** Where used proofs are kept. Default: memory. A fleet needs one that it shares. */
  readonly replayStore?: ReplayStore
  /** What proofs may be signed with, of `JWS_ALGORITHMS`. Default ES256, EdDSA and Ed25519. */
  readonly algorithms?: readonly JwsAlgorithm[]
  /** How old a proof may be. Default 60, at most 600. */
  readonly maxAgeSeconds?: number
  /** How far the clocks of clients may differ. Default 5, at most 300. */
  readonly clockToleranceSeconds?: number
  /** Demands nonces of ours in proofs, so that none can be made ahead: RFC 9449 §9. */
  readonly nonces?: NonceOptions
  /** How long the replay store may take. Default 2,000. */
  readonly deadlineMs?: number
  readonly now?: Clock
}

const FACTORY = 'dpopVerifier'
const OPTIONS = [
  ...['origins', 'replayStore', 'algorithms', 'maxAgeSeconds', 'clockToleranceSeconds', 'nonces', 'deadlineMs', 'now'],
]
const DEFAULT_ALGORITHMS: readonly JwsAlgorithm[] = ['ES256', 'EdDSA', 'Ed25519']

/**
 * Verifies DPoP proofs (RFC 9449), each good once: for the option `dpop` of authenticators of access tokens.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function dpopVerifier(options: DpopOptions): ProofVerifier {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { algorithms = DEFAULT_ALGORITHMS, deadlineMs = 2_000, now = systemClock } = options
  assertAlgorithms(algorithms)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  assertFunction(FACTORY, 'now', now)
  const rules = proofRules(options)
  const { replayStore = memoryReplayStore({ now }) } = options
  if (typeof replayStore?.claim !== 'function') {
    throw invalidOption(FACTORY, '"replayStore" must be a ReplayStore, such as redisReplayStore({ … })')
  }
  const reader = new ProofReader({ ...rules, algorithms: new Set(algorithms), now })
  const nonces = options.nonces === undefined ? undefined : new Nonces(FACTORY, options.nonces, now)
  // A second longer than a proof may be taken: none is forgotten in the moment in which it would still be good.
  const keepSeconds = rules.maxAgeSeconds + rules.clockToleranceSeconds + 1

  function judge(
    proof: ProofClaims | string,
    keyThumbprint: string,
    replays: ReplayStore,
  ): Awaitable<AuthError | undefined> {
    if (typeof proof === 'string') return refused(proof)
    const problem = nonces && nonceProblem(nonces, proof.nonce)
    if (problem) return problem
    const claim = replays.claim(`dpop:${keyThumbprint}:${proof.jti}`, proof.iat + keepSeconds)
    const first = withDeadline('replay store', deadlineMs, claim)
    return isLater(first) ? Promise.resolve(first).then(unlessUsed) : unlessUsed(first)
  }

  const verifierWith = (replays: ReplayStore): ProofVerifier => ({
    algorithms,
    verify(request, token, keyThumbprint) {
      const proof = reader.read(request, token, keyThumbprint)
      return isLater(proof)
        ? Promise.resolve(proof).then((later) => judge(later, keyThumbprint, replays))
        : judge(proof, keyThumbprint, replays)
    },
    claimingFrom: verifierWith,
  })
  return verifierWith(replayStore)
}

function unlessUsed(answer: unknown): AuthError | undefined {
  return isFirstUse(answer) ? undefined : refused('used before')
}

function refused(reason: string): AuthError {
  const detail = reason === 'too old' || reason === 'from the future' ? 'The proof is not of the present.' : undefined
  return new AuthError('invalid_dpop_proof', { reason: `proof: ${reason}`, detail })
}

/** RFC 9449 §9: the answer brings the nonce to try again with. */
function nonceProblem(nonces: Nonces, nonce: unknown): AuthError | undefined {
  if (nonce === undefined ? !nonces.isRequired : typeof nonce === 'string' && nonces.isGood(nonce)) return undefined
  return new AuthError('use_dpop_nonce', {
    reason: nonce === undefined ? 'proof: no nonce' : 'proof: nonce',
    answerHeaders: { 'dpop-nonce': nonces.current() },
  })
}

function proofRules({ origins, maxAgeSeconds = 60, clockToleranceSeconds = 5 }: DpopOptions): ProofRules {
  assertPositiveNumber(FACTORY, 'maxAgeSeconds', maxAgeSeconds, 1, 600)
  assertPositiveNumber(FACTORY, 'clockToleranceSeconds', clockToleranceSeconds, 0, 300)
  return { isTarget: targetTest(FACTORY, origins), maxAgeSeconds, clockToleranceSeconds }
}

function assertAlgorithms(algorithms: unknown): void {
  assertStrings(FACTORY, 'algorithms', algorithms)
  for (const algorithm of algorithms) {
    if ((JWS_ALGORITHMS as readonly string[]).includes(algorithm)) continue
    throw invalidOption(
      FACTORY,
      `"algorithms" holds "${algorithm}"; proofs are signed with ${JWS_ALGORITHMS.join(', ')}`,
    )
  }
}
