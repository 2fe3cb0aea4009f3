import { type Certificate, readCertificate } from '../../lib/authenticate/mtls/certificate.ts'
import { derOfPem, type IssuedCertificate } from './pki.ts'

/** A certificate of openssl, as we read it. */
export function parsed({ cert }: Pick<IssuedCertificate, 'cert'>): Certificate {
  return readCertificate(derOfPem(cert))
}
