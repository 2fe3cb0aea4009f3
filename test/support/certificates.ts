import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, skipWithout } from './server-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const program = findProgram('openssl', process.env.OPENSSL)

/** For the `skip` option of tests that need openssl. */
export const skipWithoutOpenssl: string | false = skipWithout(program, 'openssl', 'OPENSSL')

export interface Certificate {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

/** A certificate authority of its own. */
export interface CertificateAuthority {
  /** Its certificate, PEM. */
  readonly ca: string
  /** @param name a subject alternative name, such as `IP:127.0.0.1` or `DNS:gateway.example.test` */
  issue(name: string): Promise<Certificate>
}

const run = promisify(execFile)
const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** A certificate that nobody has signed but its own key. */
export async function selfSignedCertificate(
  name: string,
  usage: 'digitalSignature' | 'keyCertSign' = 'digitalSignature',
): Promise<Certificate> {
  const folder = temporaryFolder()
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const extensions = ['-addext', `subjectAltName=${name}`, '-addext', `keyUsage=critical,${usage}`]
  const files = ['-keyout', key, '-out', cert]
  await openssl('req', '-x509', ...EC_KEY, '-days', '2', '-subj', '/CN=test', ...extensions, ...files)
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

export async function certificateAuthority(): Promise<CertificateAuthority> {
  const folder = temporaryFolder()
  const authority = await selfSignedCertificate('DNS:authority.example.test', 'keyCertSign')
  const file = (name: string) => join(folder, name)
  writeFileSync(file('ca.pem'), authority.cert)
  writeFileSync(file('ca.key'), authority.key)
  let issued = 0
  return {
    ca: authority.cert,
    async issue(name) {
      const number = issued++
      const own = (kind: string) => file(`${number}.${kind}`)
      const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${name}`]
      await openssl('req', ...EC_KEY, ...subject, '-keyout', own('key'), '-out', own('csr'))
      const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2']
      await openssl('x509', '-req', ...signed, '-copy_extensions', 'copy', '-in', own('csr'), '-out', own('pem'))
      return { cert: readFileSync(own('pem'), 'utf8'), key: readFileSync(own('key'), 'utf8') }
    },
  }
}

async function openssl(...args: readonly string[]): Promise<void> {
  await run(program ?? 'openssl', args)
}
