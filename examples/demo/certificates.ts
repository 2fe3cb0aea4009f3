import 'reflect-metadata'
import { KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

/** Names of PEM files. */
export interface DemoCertificates {
  readonly ca: string
  /** What the authority has revoked. */
  readonly crl: string
  readonly server: CertificateFiles
  /** Of the partner that is known. */
  readonly partner: CertificateFiles
  readonly revoked: CertificateFiles
  /** Of another authority. */
  readonly other: CertificateFiles
}

export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** The name in the partner's certificate. */
export const PARTNER_NAME = 'orders.partner.example.test'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 24 * 60 * 60 * 1_000
const LIFETIME_DAYS = 30

/** A certificate authority of this run, and what it has issued: worth nothing in another. */
export async function createDemoCertificates(folder: string): Promise<DemoCertificates> {
  const authority = await createAuthority('Demo authority')
  const stranger = await createAuthority('Another authority')
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    return file
  }
  const issue = async (from: Authority, name: string, names: x509.JsonGeneralNames, usage: x509.ExtendedKeyUsage) => {
    const { certificate, privateKey } = await createCertificate(from, name, names, usage)
    const key = KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
    const files = { cert: write(`${name}.pem`, `${certificate.toString('pem')}\n`), key: write(`${name}.key`, key) }
    return { files, serialNumber: certificate.serialNumber }
  }
  const forPartner: x509.JsonGeneralNames = [{ type: 'dns', value: PARTNER_NAME }]
  const forServer: x509.JsonGeneralNames = [
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ]
  const server = await issue(authority, 'server', forServer, x509.ExtendedKeyUsage.serverAuth)
  const partner = await issue(authority, 'partner', forPartner, x509.ExtendedKeyUsage.clientAuth)
  const revoked = await issue(authority, 'revoked', forPartner, x509.ExtendedKeyUsage.clientAuth)
  const other = await issue(stranger, 'other', forPartner, x509.ExtendedKeyUsage.clientAuth)
  return {
    ca: write('ca.pem', `${authority.certificate.toString('pem')}\n`),
    crl: write('ca.crl', await revocationList(authority, revoked.serialNumber)),
    server: server.files,
    partner: partner.files,
    revoked: revoked.files,
    other: other.files,
  }
}

interface Authority {
  readonly certificate: x509.X509Certificate
  readonly keys: CryptoKeyPair
}

type CryptoKeyPair = Awaited<ReturnType<typeof generateKeys>>

function generateKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

async function createAuthority(name: string): Promise<Authority> {
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, keys }
}

async function createCertificate(
  authority: Authority,
  name: string,
  names: x509.JsonGeneralNames,
  usage: x509.ExtendedKeyUsage,
) {
  const { publicKey, privateKey } = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: authority.certificate.subject,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  })
  return { certificate, privateKey }
}

async function revocationList(authority: Authority, serialNumber: string): Promise<string> {
  const { notBefore: thisUpdate, notAfter: nextUpdate } = validity()
  const list = await x509.X509CrlGenerator.create({
    issuer: authority.certificate.subject,
    thisUpdate,
    nextUpdate,
    signingAlgorithm: ALGORITHM,
    signingKey: authority.keys.privateKey,
    entries: [{ serialNumber, revocationDate: thisUpdate, reason: x509.X509CrlReason.keyCompromise }],
  })
  return `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n`
}

/** From a little before now, for clocks differ. */
function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now()
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + LIFETIME_DAYS * DAY_MS) }
}
