import { BEARER } from '../../authenticate/access-token/presented-token.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticatedAs,
  rejected,
} from '../../authenticate/authenticator.ts'
import { readCredential } from '../../authenticate/credential.ts'
import { isCompactJws, parseObject } from '../../authenticate/jwt/compact-jws.ts'
import { principalFieldsOfClaims } from '../../authenticate/jwt/principal-of-claims.ts'
import { createChallenge } from '../../challenge.ts'
import type { Clock } from '../../effects.ts'
import type { RequestView } from '../../request-view.ts'

export const NOT_VERIFIED = 'whether the token is genuine: it is NOT VERIFIED, its claims are taken as they stand'
const NOT_PROVEN = 'whether the client holds the key that the token is bound to'

/**
 * Takes the claims of a JWT as they stand, whoever made it: only for an explanation, to which nobody gets access. What it
 * leaves open is told. Only the token's times are looked at.
 */
export function unverifiedTokens(now: Clock): Authenticator {
  const authenticate = (request: RequestView): Authentication => {
    const token = readCredential(request, BEARER)
    if (token === undefined) return ABSENT
    const claims = isCompactJws(token) ? parseObject(token.split('.')[1] ?? '') : undefined
    if (!claims) return rejected('not a JWT')
    const { exp, nbf } = claims
    if (typeof exp === 'number' && exp <= now()) return rejected('expired', 'The access token has expired.')
    if (typeof nbf === 'number' && nbf > now()) return rejected('not yet valid')
    return authenticatedAs(principalFieldsOfClaims(claims, {}))
  }
  return {
    method: 'jwt',
    challenges: [createChallenge('Bearer', { realm: 'api' })],
    sources: [BEARER],
    urlParameters: ['access_token'],
    issuers: [],
    authenticate,
    rehearse(request) {
      const answer = authenticate(request)
      if (answer.outcome !== 'authenticated') return { answer, untold: [] }
      return { answer, untold: [NOT_VERIFIED, ...(answer.principal.claims.cnf === undefined ? [] : [NOT_PROVEN])] }
    },
  }
}
