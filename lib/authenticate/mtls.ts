import { createChallenge } from '../challenge.ts'
import { type Awaitable, isLater } from '../effects.ts'
import { AuthError } from '../errors.ts'
import type { RequestView } from '../request-view.ts'
import { ABSENT, type Authentication, type Authenticator, rejected, rejectedWith } from './authenticator.ts'
import { ClientAnswers } from './mtls/client-answers.ts'
import { ConnectionEvidence, type Evidence } from './mtls/evidence.ts'
import { type MtlsOptions, mtlsSettings } from './mtls/options.ts'

export type { MtlsOptions } from './mtls/options.ts'

export interface MtlsAuthenticator extends Authenticator {
  /**
   * Reads authorities and lists of revoked certificates anew, from their files and URLs. Connections that are open are judged
   * by them from then on.
   * @throws TypeError when an authority, DependencyError when a list cannot be read; the former stay
   */
  refresh(): Promise<void>
}

/**
 * Client certificates. The TLS server has found the certificate good when the connection was made; whether it still is,
 * leads to an authority of the host that is asked for, and names a client, is decided with every request.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function mtlsAuthenticator(options: MtlsOptions): MtlsAuthenticator {
  const settings = mtlsSettings(options)
  const { now, realm, authorities, forwarded } = settings
  const { revocation, refresh } = settings.revocation ?? {}
  const connections = new ConnectionEvidence()
  const answers = new ClientAnswers(settings)

  function judged(evidence: Evidence | undefined, request: RequestView): Awaitable<Authentication> {
    if (!evidence) return rejected('certificate cannot be read')
    const path = evidence.pathIn(authorities.current.of(request.host), now())
    if (typeof path === 'string') return rejected(path)
    const problem = revocation?.problemOf(path)
    const conclude = (reason: string | undefined) => (reason ? rejected(reason) : answers.of(path))
    return isLater(problem) ? Promise.resolve(problem).then(conclude) : conclude(problem)
  }

  return {
    method: 'mtls',
    challenges: [createChallenge('ClientCertificate', { realm })],
    sources: forwarded?.headers.map((header) => ({ header })) ?? [],
    urlParameters: [],
    issuers: [],
    isPresented(request) {
      if (forwarded?.isFromPeer(request)) return forwarded.isPresented(request)
      return request.clientCertificate !== undefined
    },
    authenticate(request) {
      if (forwarded?.isFromPeer(request)) {
        return forwarded.isPresented(request) ? judged(forwarded.evidenceIn(request), request) : ABSENT
      }
      const { clientCertificate } = request
      if (!clientCertificate) return ABSENT
      if (!clientCertificate.isAuthorized) return rejected('certificate not authorized')
      const { serverName } = clientCertificate
      if (serverName !== undefined && serverName !== request.host) {
        // The authorities were chosen by one name, and the request is for the other: RFC 9110 §7.4.
        return rejectedWith(
          new AuthError('misdirected_request', { reason: 'host is not the name of the TLS handshake' }),
        )
      }
      return judged(connections.of(clientCertificate), request)
    },
    async refresh() {
      authorities.refresh()
      await refresh?.()
    },
  }
}
