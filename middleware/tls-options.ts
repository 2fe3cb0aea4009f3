import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerOptions } from 'node:https'
import type { Certificate } from '../lib/authenticate/mtls/certificate.ts'
import {
  isFileName,
  type PemSource,
  readCertificates,
  readSource,
} from '../lib/authenticate/mtls/certificate-source.ts'
import { type RevocationList, readRevocationList } from '../lib/authenticate/mtls/revocation-list.ts'
import { assertKnownKeys, assertOneOf, assertPositiveNumber, invalidOption } from '../lib/options.ts'

export interface TlsOptions {
  /** The server's key: PEM, or the name of a file. */
  readonly key: PemSource
  /** The server's certificate, and those that vouch for it, its own first. */
  readonly cert: PemSource
  /** Whom client certificates are accepted from. Without it none is asked for. */
  readonly ca?: PemSource | readonly PemSource[]
  /** Lists of revoked certificates. OpenSSL then wants one of every authority in `ca`. */
  readonly crl?: PemSource | readonly PemSource[]
  /**
   * `optional` (default) asks for a certificate and lets the boundary decide; `required` ends connections without a good one.
   */
  readonly clientCertificates?: 'optional' | 'required'
  /** Default `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** How long a client may resume a session without showing its certificate again. Default 300. */
  readonly sessionSeconds?: number
  /** 48 bytes that a fleet shares, so that a session may be resumed at another member. Default: this process's own. */
  readonly ticketKeys?: Uint8Array
}

const FACTORY = 'tlsOptions'
const KEYS = ['key', 'cert', 'ca', 'crl', 'clientCertificates', 'minVersion', 'sessionSeconds', 'ticketKeys']
const TICKET_KEY_BYTES = 48
const HANDSHAKE_MS = 10_000

/**
 * The settings of `https.createServer`: TLS 1.2 at least, no second handshake within a connection, and certificates that
 * have been looked at. Files are read when it is called.
 * @throws TypeError when a file is missing, empty or not what it should be
 */
export function tlsOptions(options: TlsOptions): ServerOptions {
  assertKnownKeys(FACTORY, options, KEYS)
  const { clientCertificates = 'optional', minVersion = 'TLSv1.2', sessionSeconds = 300, ticketKeys } = options
  assertOneOf(FACTORY, 'clientCertificates', clientCertificates, ['optional', 'required'])
  assertOneOf(FACTORY, 'minVersion', minVersion, ['TLSv1.2', 'TLSv1.3'])
  assertPositiveNumber(FACTORY, 'sessionSeconds', sessionSeconds, 1)
  if (ticketKeys !== undefined && !(ticketKeys instanceof Uint8Array && ticketKeys.length === TICKET_KEY_BYTES)) {
    throw invalidOption(FACTORY, `"ticketKeys" must be ${TICKET_KEY_BYTES} random bytes`)
  }
  return {
    ...serverIdentity(options),
    ...clientAuthorities(options),
    minVersion,
    sessionTimeout: Math.ceil(sessionSeconds),
    handshakeTimeout: HANDSHAKE_MS,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(ticketKeys === undefined ? {} : { ticketKeys: Buffer.from(ticketKeys) }),
  }
}

function serverIdentity({ key, cert }: TlsOptions): ServerOptions {
  const certificates = readCertificates(FACTORY, 'cert', cert)
  const keyText = textOf('key', key)
  const own = new X509Certificate(certificates[0]?.der ?? '')
  try {
    if (own.checkPrivateKey(createPrivateKey(keyText))) {
      return { key: keyText, cert: certificates.map(pemOf).join('') }
    }
  } catch {
    throw invalidOption(FACTORY, '"key" must hold a private key in PEM, without a passphrase')
  }
  throw invalidOption(FACTORY, '"key" is not the key of the first certificate in "cert"')
}

function textOf(name: string, source: unknown): string {
  if (source instanceof Uint8Array) return Buffer.from(source).toString('latin1')
  if (typeof source !== 'string' || source === '') {
    throw invalidOption(FACTORY, `"${name}" must be PEM, or the name of a file that holds it`)
  }
  if (!isFileName(source)) return source
  try {
    return readFileSync(source, 'latin1')
  } catch {
    throw invalidOption(FACTORY, `"${name}": the file "${source}" cannot be read`)
  }
}

function clientAuthorities({ ca, crl, clientCertificates }: TlsOptions): ServerOptions {
  if (ca === undefined) {
    // Node.js would take the certificates of every public authority.
    const needless = crl !== undefined ? 'crl' : clientCertificates !== undefined ? 'clientCertificates' : undefined
    if (needless) throw invalidOption(FACTORY, `"${needless}" needs "ca": whose certificates clients may show`)
    return { requestCert: false }
  }
  const authorities = readCertificates(FACTORY, 'ca', ca)
  return {
    requestCert: true,
    rejectUnauthorized: clientCertificates === 'required',
    ca: authorities.map(pemOf),
    ...(crl === undefined ? {} : { crl: readLists(crl, authorities) }),
  }
}

function readLists(sources: PemSource | readonly PemSource[], authorities: readonly Certificate[]): string[] {
  const all = (Array.isArray(sources) ? sources : [sources]).flatMap((each) =>
    readSource(FACTORY, 'crl', each, 'X509 CRL'),
  )
  const lists = all.map((der) => readList(der, authorities))
  const without = authorities.find(({ isAuthority, authorityId }) => {
    return isAuthority && !lists.some((list) => list.authorityId === authorityId)
  })
  if (without) throw invalidOption(FACTORY, '"crl" must hold a list of every authority in "ca"; OpenSSL demands it')
  return all.map((der) => pemBlock('X509 CRL', der))
}

function readList(der: Uint8Array, authorities: readonly Certificate[]): RevocationList {
  try {
    return readRevocationList(der, authorities)
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'unreadable'
    throw invalidOption(FACTORY, `"crl" holds a list that cannot be used: ${problem}`)
  }
}

function pemOf({ der }: Certificate): string {
  return pemBlock('CERTIFICATE', der)
}

function pemBlock(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
