import { createHash } from 'node:crypto'
import { principalsBehind } from '../../joined-principals.ts'
import type { OfferedCredentials } from '../../offered-credentials.ts'
import { invalidOption } from '../../options.ts'
import type { Principal } from '../../principal.ts'
import type { RequestView } from '../../request-view.ts'
import { ALLOW, deny, type Policy } from '../policy.ts'

/** What never stands for a certificate. Of authenticators of others, nobody knows. */
const WITHOUT_CERTIFICATE: readonly string[] = ['api-key', 'hmac', 'http-signature', 'anonymous']

/**
 * The caller has shown to hold the key of a certificate that stands for it: it was authenticated by that, or its token is
 * bound to it (RFC 8705 §3); of several credentials together, by one of them. A certificate that merely came along proves nothing about the principal.
 * @throws TypeError when no authenticator of the boundary can give one
 */
export function certificatePolicy(certificate: unknown, offered?: OfferedCredentials): Policy {
  if (certificate !== true) throw invalidOption('routes', '"certificate" can only be true')
  if (offered?.methods.every((method) => WITHOUT_CERTIFICATE.includes(method))) {
    const methods = offered.methods.join(', ')
    throw invalidOption(
      'routes',
      `"certificate" needs mtlsAuthenticator() or tokens that are bound to one; there is only ${methods}`,
    )
  }
  return {
    name: 'certificate',
    decide: (principal, request) =>
      principalsBehind(principal).some((each) => hasCertificate(each, request)) ? ALLOW : deny('certificate'),
  }
}

function hasCertificate({ method, claims }: Principal, { clientCertificate }: RequestView): boolean {
  if (method === 'mtls') return true
  const confirmation = claims.cnf
  if (clientCertificate === undefined || typeof confirmation !== 'object' || confirmation === null) return false
  // Not only that the claim is there: whoever authenticated it may not have looked.
  const thumbprint = createHash('sha256').update(clientCertificate.der).digest('base64url')
  return (confirmation as Readonly<Record<string, unknown>>)['x5t#S256'] === thumbprint
}
