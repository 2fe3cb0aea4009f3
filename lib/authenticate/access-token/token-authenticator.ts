import { createChallenge } from '../../challenge.ts'
import { type Awaitable, isLater } from '../../effects.ts'
import type { RequestView } from '../../request-view.ts'
import { ABSENT, type Authentication, type Authenticator, rejected } from '../authenticator.ts'
import { MAX_TOKEN_LENGTH } from '../jwt/compact-jws.ts'
import type { ProofVerifier } from '../proof-of-possession.ts'
import { withoutClaims } from '../rehearsal.ts'
import type { TokenSettings } from './options.ts'
import { provePossession } from './possession.ts'
import { BEARER, DPOP, DPOP_PROOF, type PresentedToken, presentedToken } from './presented-token.ts'

type Described = Required<Pick<Authenticator, 'method' | 'methods' | 'issuers' | 'canIntrospect'>>

/** An authenticator of access tokens, by whatever verifies them. What is revoked or not proven ends after that. */
export function tokenAuthenticator(
  described: Described,
  { challenge, dpop, revocations }: TokenSettings,
  verify: (token: string, request: RequestView, freshly: boolean) => Awaitable<Authentication>,
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
    return provePossession(request, presented, answer, proofs)
  }

  async function judgeLater(
    request: RequestView,
    presented: PresentedToken,
    answer: PromiseLike<Authentication>,
    proofs: ProofVerifier | undefined,
  ): Promise<Authentication> {
    return judge(request, presented, await answer, proofs)
  }

  function authenticate(
    request: RequestView,
    freshly: boolean,
    proofs: ProofVerifier | undefined,
  ): Awaitable<Authentication> {
    const presented = presentedToken(request, dpop !== undefined)
    if (!presented) return ABSENT
    if (presented.token.length > MAX_TOKEN_LENGTH) return rejected('too long')
    const answer = verify(presented.token, request, freshly)
    return isLater(answer) ? judgeLater(request, presented, answer, proofs) : judge(request, presented, answer, proofs)
  }

  return {
    ...described,
    challenges: [
      createChallenge('Bearer', challenge),
      ...(dpop ? [createChallenge('DPoP', { ...challenge, algs: dpop.algorithms.join(' ') })] : []),
    ],
    sources: dpop ? [BEARER, DPOP, DPOP_PROOF] : [BEARER],
    urlParameters: ['access_token'],
    authenticate: (request, freshly = false) => authenticate(request, freshly, dpop),
    rehearse: (request, freshly = false) =>
      withoutClaims('the proof of possession', (replays) => {
        return authenticate(request, freshly, dpop?.claimingFrom?.(replays) ?? dpop)
      }),
  }
}
