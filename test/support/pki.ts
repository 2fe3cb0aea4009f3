import { execFile } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, skipWithout } from './server-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const opensslProgram: string | undefined = findProgram('openssl', process.env.OPENSSL)

/** For the `skip` option of tests that need openssl. */
export const skipWithoutOpenssl: string | false = skipWithout(opensslProgram, 'openssl', 'OPENSSL')

/** A certificate that openssl has made, and its key. PEM. */
export interface IssuedCertificate {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

export interface CertificateRequest {
  /** As openssl writes it: `/O=Acme/CN=orders`. */
  readonly subject?: string
  /** Lines of an openssl extension section; `subjectAltName` and the like. */
  readonly extensions?: readonly string[]
  /** Epoch seconds. Default: a day ago, and in ten days. */
  readonly notBefore?: number
  readonly notAfter?: number
  /** For `openssl req -newkey`. Default `ec`. */
  readonly key?: readonly string[]
  readonly digest?: string
}

export const CLIENT_USE: readonly string[] = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=clientAuth']
export const SERVER_USE: readonly string[] = [
  'extendedKeyUsage=serverAuth',
  'subjectAltName=DNS:localhost,DNS:api.example.test,DNS:partners.example.test,IP:127.0.0.1',
]
export const AUTHORITY_USE: readonly string[] = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
]

/** An authority of openssl, with its books: it issues, revokes, and publishes lists. */
export interface TestAuthority extends IssuedCertificate {
  /** openssl's list of what was issued, for its OCSP responder. */
  readonly indexFile: string
  issue(request?: CertificateRequest): Promise<IssuedCertificate>
  /** An authority below this one. */
  issueAuthority(request?: CertificateRequest): Promise<TestAuthority>
  revoke(certificate: IssuedCertificate): Promise<void>
  /** Notes serial numbers as revoked without ever having issued them. */
  revokeMany(count: number): void
  /** A list of what is revoked, PEM. */
  list(options?: ListOptions): Promise<string>
}

export interface ListOptions {
  /** Epoch seconds. Default: an hour ago, and in a day. */
  readonly thisUpdate?: number
  readonly nextUpdate?: number
  /** Lines of an extension section. */
  readonly extensions?: readonly string[]
}

const run = promisify(execFile)
/** What openssl would otherwise leave out of a subject. */
const ANY_NAME = ['C', 'ST', 'L', 'O', 'OU', 'CN', 'DC', 'UID', 'emailAddress', 'serialNumber']
const EC_KEY = ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']

export async function openssl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(opensslProgram ?? 'openssl', args, { maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

/** An authority that nobody has signed but itself. */
export async function rootAuthority(request: CertificateRequest = {}): Promise<TestAuthority> {
  const folder = temporaryFolder()
  const { subject = '/O=Test/CN=Root', extensions = AUTHORITY_USE } = request
  const root = filesIn(folder, 'self')
  const csr = await newRequest(folder, 'self', { ...request, subject })
  writeConfig(folder, root)
  await sign(folder, csr, root.certFile, { ...request, extensions }, ['-selfsign', '-keyfile', root.keyFile])
  return authorityIn(folder, root)
}

interface Files {
  readonly certFile: string
  readonly keyFile: string
}

function filesIn(folder: string, name: string): Files {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) }
}

async function newRequest(
  folder: string,
  name: string,
  { subject, key = EC_KEY }: CertificateRequest,
): Promise<string> {
  const csr = join(folder, `${name}.csr`)
  const files = ['-nodes', '-keyout', filesIn(folder, name).keyFile, '-out', csr]
  await openssl('req', '-new', '-utf8', '-newkey', ...key, '-subj', subject ?? '/O=Acme/CN=orders', ...files)
  return csr
}

function writeConfig(folder: string, { certFile, keyFile }: Files): void {
  const lines = [
    ...['[ca]', 'default_ca=books', '[books]', `database=${folder}/index.txt`, `serial=${folder}/serial`],
    ...[`crlnumber=${folder}/crlnumber`, `new_certs_dir=${folder}`, `certificate=${certFile}`],
    ...[`private_key=${keyFile}`, 'default_md=sha256', 'policy=anything', 'preserve=yes', 'unique_subject=no'],
    ...['[anything]', ...ANY_NAME.map((type) => `${type}=optional`), ''],
  ]
  writeFileSync(join(folder, 'ca.cnf'), lines.join('\n'))
  writeFileSync(join(folder, 'index.txt'), '')
  writeFileSync(join(folder, 'serial'), '9A00FE01\n')
  writeFileSync(join(folder, 'crlnumber'), '01\n')
}

function timeText(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, '')
}

async function sign(
  folder: string,
  csr: string,
  certFile: string,
  request: CertificateRequest,
  how: readonly string[],
): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  const { extensions = [], notBefore = now - 86_400, notAfter = now + 10 * 86_400, digest = 'sha256' } = request
  const extensionFile = `${csr}.ext`
  writeFileSync(extensionFile, `[wanted]\n${extensions.join('\n')}\n`)
  const dates = ['-startdate', timeText(notBefore), '-enddate', timeText(notAfter), '-md', digest]
  const wanted = extensions.length === 0 ? [] : ['-extfile', extensionFile, '-extensions', 'wanted']
  const files = ['-in', csr, '-out', certFile, '-notext', '-batch', '-preserveDN', '-config', join(folder, 'ca.cnf')]
  await openssl('ca', ...files, ...dates, ...wanted, ...how)
}

let issued = 0

function authorityIn(folder: string, own: Files): TestAuthority {
  const config = ['-config', join(folder, 'ca.cnf')]

  async function issueIn(request: CertificateRequest, target: string): Promise<IssuedCertificate> {
    const name = `issued-${issued++}`
    const files = filesIn(target, name)
    const csr = await newRequest(target, name, request)
    const altName = 'subjectAltName=URI:spiffe://acme.test/orders'
    await sign(folder, csr, files.certFile, { extensions: [...CLIENT_USE, altName], ...request }, [])
    return read(files)
  }

  return {
    ...read(own),
    indexFile: join(folder, 'index.txt'),
    issue: (request = {}) => issueIn(request, folder),
    async issueAuthority(request = {}) {
      const below = temporaryFolder()
      const made = await issueIn({ subject: '/O=Test/CN=Issuing', extensions: AUTHORITY_USE, ...request }, below)
      writeConfig(below, made)
      return authorityIn(below, made)
    },
    revoke: async ({ certFile }) => void (await openssl('ca', '-revoke', certFile, ...config)),
    revokeMany(count) {
      const lines = Array.from({ length: count }, (_, index) => {
        const serial = (0x7000000000 + index).toString(16).toUpperCase()
        return `R\t400101000000Z\t250101000000Z\t${serial}\tunknown\t/CN=client ${index}\n`
      })
      appendFileSync(join(folder, 'index.txt'), lines.join(''))
    },
    async list({ thisUpdate, nextUpdate, extensions = [] } = {}) {
      const now = Math.floor(Date.now() / 1000)
      const file = join(folder, 'list.crl')
      const dates = ['-crl_lastupdate', timeText(thisUpdate ?? now - 3_600)]
      dates.push('-crl_nextupdate', timeText(nextUpdate ?? now + 86_400))
      const listConfig = join(folder, 'list.cnf')
      writeFileSync(listConfig, `${readFileSync(join(folder, 'ca.cnf'), 'utf8')}[wanted]\n${extensions.join('\n')}\n`)
      const wanted = extensions.length === 0 ? [] : ['-crlexts', 'wanted']
      await openssl('ca', '-gencrl', '-out', file, ...dates, '-config', listConfig, ...wanted)
      return readFileSync(file, 'utf8')
    },
  }
}

function read({ certFile, keyFile }: Files): IssuedCertificate {
  if (!existsSync(certFile)) throw new Error(`openssl made no ${certFile}`)
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

/** The DER of a PEM text's first block. */
export function derOfPem(pem: string): Buffer {
  const body = /-----BEGIN [^-]+-----([^-]*)-----END/.exec(pem)?.[1] ?? ''
  return Buffer.from(body, 'base64')
}
