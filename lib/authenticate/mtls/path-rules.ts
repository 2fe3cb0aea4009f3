import { type Certificate, KEY_USAGE } from './certificate.ts'
import { isSignedBy, isStrongKey } from './signed.ts'

/** id-kp-clientAuth, RFC 5280 §4.2.1.12. `anyExtendedKeyUsage` is not taken for it. */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

function isForClients({ purposes }: Certificate): boolean {
  return purposes === undefined || purposes.includes(CLIENT_AUTH)
}

/**
 * Why a certificate is not one that a client may be known by, whoever signed it.
 * @param isPinned it is itself among the authorities, so its own word on who it may sign does not matter
 */
export function clientProblem(certificate: Certificate, isPinned: boolean): string | undefined {
  if (certificate.unknownCritical.length > 0) return 'critical extension'
  if (!isForClients(certificate)) return 'certificate not for clients'
  const { mayKey } = certificate
  if (!mayKey(KEY_USAGE.digitalSignature) && !mayKey(KEY_USAGE.keyAgreement)) return 'key not for signatures'
  if (certificate.isAuthority && !isPinned) return 'certificate of an authority'
  return isStrongKey(certificate.publicKey()) ? undefined : 'weak key'
}

export interface IssuerRules {
  /** Epoch seconds. */
  readonly at: number
  /** Whether TLS has checked the path as well. What only it can check is then left to it. */
  readonly isCheckedByTls: boolean
}

/**
 * Whether a certificate is the authority that has signed the last of a path, and may have: RFC 5280 §6.1.4.
 * @param below the path so far, the client's first
 */
export function isIssuerOf(below: readonly Certificate[], issuer: Certificate, rules: IssuerRules): boolean {
  const last = below.at(-1)
  if (!last || last.issuerKey !== issuer.subjectKey) return false
  if (!issuer.isAuthority || !issuer.mayKey(KEY_USAGE.keyCertSign)) return false
  if (issuer.unknownCritical.length > 0 || !isForClients(issuer)) return false
  // Whose names an authority may sign is checked by TLS, and not here.
  if (issuer.hasNameConstraints && !rules.isCheckedByTls) return false
  if (rules.at < issuer.notBefore || rules.at > issuer.notAfter) return false
  const authoritiesBelow = below.slice(1).filter((each) => each.issuerKey !== each.subjectKey).length
  if (issuer.pathLength !== undefined && authoritiesBelow > issuer.pathLength) return false
  const key = issuer.publicKey()
  return isStrongKey(key) && isSignedBy(last.signed, key)
}
