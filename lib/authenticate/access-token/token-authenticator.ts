import { createChallenge } from '../../challenge.ts'
import { type Awaitable, isLater } from '../../effects.ts'
import type { AuthMethod } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import { ABSENT, type Authentication, type Authenticator, type IssuerNames, rejected } from '../authenticator.ts'
import { MAX_TOKEN_LENGTH } from '../jwt/compact-jws.ts'
import type { ProofVerifier } from '../proof-of-possession.ts'
import { withoutClaims } from '../rehearsal.ts'
import type { TokenSettings } from './options.ts'
import { provePossession } from './possession.ts'
import { BEARER, DPOP, DPOP_PROOF, type PresentedToken, presentedToken } from './presented-token.ts'

/** An authenticator of access tokens, by whatever verifies them. What is revoked or not proven ends after that. */
export function tokenAuthenticator(
  method: AuthMethod,
  issuers: IssuerNames,
  { challenge, dpop, revocations }: TokenSettings,
  verify: (token: string, request: RequestView) => Awaitable<Authentication>,
): Authenticator {
  function judge(
    request: RequestView,
    presented: PresentedToken,
    answer: Authentication,
    proofs: ProofVerifier | undefined,
  ): Awaitable<Authentication> {
    if (answer.outcome !== 'authenticated') return answer
    const { principal } = answer
    if (revocations?.covers(principal)) return rejected('revoked')
    if (!presented.hasDpopScheme && principal.claims.cnf === undefined) return answer
    return provePossession(request, presented, principal, proofs)
  }

  async function judgeLater(
    request: RequestView,
    presented: PresentedToken,
    answer: PromiseLike<Authentication>,
    proofs: ProofVerifier | undefined,
  ): Promise<Authentication> {
    return judge(request, presented, await answer, proofs)
  }

  function authenticate(request: RequestView, proofs: ProofVerifier | undefined): Awaitable<Authentication> {
    const presented = presentedToken(request, dpop !== undefined)
    if (!presented) return ABSENT
    if (presented.token.length > MAX_TOKEN_LENGTH) return rejected('too long')
    const answer = verify(presented.token, request)
    return isLater(answer) ? judgeLater(request, presented, answer, proofs) : judge(request, presented, answer, proofs)
  }

  return {
    method,
    challenges: [
      createChallenge('Bearer', challenge),
      ...(dpop ? [createChallenge('DPoP', { ...challenge, algs: dpop.algorithms.join(' ') })] : []),
    ],
    sources: dpop ? [BEARER, DPOP, DPOP_PROOF] : [BEARER],
    urlParameters: ['access_token'],
    issuers,
    authenticate: (request) => authenticate(request, dpop),
    rehearse: (request) =>
      withoutClaims('the proof of possession', (replays) => {
        return authenticate(request, dpop?.claimingFrom?.(replays) ?? dpop)
      }),
  }
}
