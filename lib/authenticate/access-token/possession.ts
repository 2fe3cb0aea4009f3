import { createHash } from 'node:crypto'
import type { Awaitable } from '../../effects.ts'
import { isLater } from '../../effects.ts'
import type { AuthError } from '../../errors.ts'
import type { RequestView } from '../../request-view.ts'
import { type Authenticated, type Authentication, rejected, rejectedWith } from '../authenticator.ts'
import { type ProofVerifier, readConfirmation } from '../proof-of-possession.ts'
import type { PresentedToken } from './presented-token.ts'

/**
 * Whether who presents a token holds the key that it is bound to: by a certificate (RFC 8705 §3), by a DPoP proof
 * (RFC 9449 §4.3), or both. A bound token that comes as a plain bearer token is refused.
 */
export function provePossession(
  request: RequestView,
  { token, hasDpopScheme }: PresentedToken,
  answer: Authenticated,
  proofs: ProofVerifier | undefined,
): Awaitable<Authentication> {
  const confirmation = readConfirmation(answer.principal.claims.cnf)
  if (!confirmation) return rejected('confirmation method')
  const { keyThumbprint, certificateThumbprint } = confirmation
  if (hasDpopScheme !== (keyThumbprint !== undefined)) {
    return rejected(hasDpopScheme ? 'token not bound to a key' : 'bound token as a bearer token')
  }
  if (certificateThumbprint !== undefined && certificateThumbprint !== thumbprintOf(request)) {
    return rejected('not the certificate of the token')
  }
  if (keyThumbprint === undefined) return answer
  if (!proofs) return rejected('no proof can be verified')
  const conclude = (error: AuthError | undefined) => (error ? rejectedWith(error) : answer)
  const problem = proofs.verify(request, token, keyThumbprint)
  return isLater(problem) ? Promise.resolve(problem).then(conclude) : conclude(problem)
}

/** RFC 8705 §3.1. The TLS handshake has shown that the other end holds its key. */
function thumbprintOf({ clientCertificate }: RequestView): string | undefined {
  return clientCertificate && createHash('sha256').update(clientCertificate.der).digest('base64url')
}
