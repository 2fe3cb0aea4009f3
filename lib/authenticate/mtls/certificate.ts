import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { constructed, DerError, DerReader, type Element, encodingOf, inner, open, primitive, TAG } from './der.ts'
import { readBoolean, readBytes, readFlags, readNumber, readOid, readSerial, readTime } from './der-values.ts'
import { type DistinguishedName, nameKey, readName } from './distinguished-name.ts'
import { readDistributionPoints } from './distribution-points.ts'
import { type Extensions, NO_EXTENSIONS, readExtension, readExtensions, unknownCritical } from './extensions.ts'
import { type GeneralName, readGeneralName, readGeneralNames } from './general-names.ts'
import { readSignedDer, type Signed, sameAlgorithm } from './signed.ts'

const OID = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  distributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
} as const

/** Policies restrict nothing as long as nobody asks for one. Constraints of names are up to who builds a path. */
const PROCESSED: ReadonlySet<string> = new Set([
  ...[OID.keyUsage, OID.subjectAltName, OID.basicConstraints, OID.extendedKeyUsage],
  ...[OID.certificatePolicies, OID.nameConstraints],
])
const OCSP_ACCESS = '1.3.6.1.5.5.7.48.1'

/** RFC 5280 §4.2.1.3. */
export const KEY_USAGE = { digitalSignature: 0, keyAgreement: 4, keyCertSign: 5, cRLSign: 6 } as const

/** What an X.509 certificate says: RFC 5280 §4.1. Nothing of it is verified yet. */
export interface Certificate {
  readonly der: Uint8Array
  readonly signed: Signed
  /** SHA-256 of the whole, in lower-case hex. */
  readonly fingerprint: string
  /** Upper-case hex. */
  readonly serialNumber: string
  readonly issuer: DistinguishedName
  readonly subject: DistinguishedName
  /** What names of the same party have in common. */
  readonly issuerKey: string
  readonly subjectKey: string
  /** The authority that it is, if it is one: a name together with a key. */
  readonly authorityId: string
  /** The subject as encoded. */
  readonly subjectDer: Uint8Array
  /** Epoch seconds; the certificate is good from the first to the last, both included. */
  readonly notBefore: number
  readonly notAfter: number
  /** The bits of the subject's public key, without its algorithm. */
  readonly publicKeyBits: Uint8Array
  /** @throws DerError when it is none, or of a kind that node:crypto does not know */
  publicKey(): KeyObject
  readonly isAuthority: boolean
  /** How many authorities may stand below this one, if it says. */
  readonly pathLength: number | undefined
  /** Whether the key may be used for that; everything when the certificate does not say. */
  readonly mayKey: (usage: number) => boolean
  /** What the certificate is for; absent when it does not say. */
  readonly purposes: readonly string[] | undefined
  readonly names: readonly GeneralName[]
  /** Where to ask whether it has been revoked (OCSP). */
  readonly responders: readonly string[]
  /** Where the list is that would name it if it were revoked. */
  readonly distributionPoints: readonly string[]
  readonly hasNameConstraints: boolean
  readonly unknownCritical: readonly string[]
}

/** @throws DerError when it is no certificate of version 1 to 3 */
export function readCertificate(der: Uint8Array): Certificate {
  const signed = readSignedDer(der)
  const reader = new DerReader(signed.body)
  const version = reader.takeIf(constructed(0))
  const versionNumber = version ? readNumber(inner(version, TAG.integer)) : 0
  const serialNumber = readSerial(reader.take(TAG.integer))
  if (!sameAlgorithm(reader.take(TAG.sequence), signed.algorithm)) throw new DerError('two algorithms')
  const issuer = readName(reader.take(TAG.sequence))
  const validity = open(reader.take(TAG.sequence))
  const [notBefore, notAfter] = [readTime(validity.take()), readTime(validity.take())]
  validity.finish()
  const subjectElement = reader.take(TAG.sequence)
  const subject = readName(subjectElement)
  const keyInfo = reader.take(TAG.sequence)
  // Unique identifiers, which nobody uses.
  reader.takeIf(primitive(1))
  reader.takeIf(primitive(2))
  const list = reader.takeIf(constructed(3))
  reader.finish()
  if (versionNumber > 2 || (list && versionNumber !== 2)) throw new DerError('version')
  const [subjectKey, key] = [nameKey(subject), readKey(keyInfo)]
  const extensions = list ? readExtensions(inner(list, TAG.sequence)) : NO_EXTENSIONS
  return {
    ...{ der, signed, serialNumber, issuer, subject, notBefore, notAfter },
    hasNameConstraints: extensions.has(OID.nameConstraints),
    fingerprint: createHash('sha256').update(der).digest('hex'),
    issuerKey: nameKey(issuer),
    subjectKey,
    authorityId: createHash('sha256').update(key.publicKeyBits).update(subjectKey).digest('hex'),
    subjectDer: encodingOf(subjectElement),
    ...key,
    ...readUse(extensions),
    unknownCritical: unknownCritical(extensions, PROCESSED),
  }
}

function readKey(info: Element): Pick<Certificate, 'publicKeyBits' | 'publicKey'> {
  const reader = open(info)
  reader.take(TAG.sequence)
  const publicKeyBits = readBytes(reader.take(TAG.bitString))
  reader.finish()
  const der = Buffer.from(encodingOf(info))
  let key: KeyObject | undefined
  return {
    publicKeyBits,
    publicKey() {
      key ??= readPublicKey(der)
      return key
    },
  }
}

/** What node:crypto throws differs from key to key, and often tells nothing. */
function readPublicKey(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    throw new DerError('public key')
  }
}

type Use = Pick<
  Certificate,
  'isAuthority' | 'pathLength' | 'mayKey' | 'purposes' | 'names' | 'responders' | 'distributionPoints'
>

function readUse(extensions: Extensions): Use {
  const constraints = readExtension(extensions, OID.basicConstraints, readBasicConstraints)
  const mayKey = readExtension(extensions, OID.keyUsage, (element) => readFlags(element), TAG.bitString)
  return {
    isAuthority: constraints?.isAuthority ?? false,
    pathLength: constraints?.pathLength,
    mayKey: mayKey ?? (() => true),
    purposes: readExtension(extensions, OID.extendedKeyUsage, (element) =>
      open(element)
        .takeAll(TAG.objectIdentifier)
        .map((purpose) => readOid(purpose)),
    ),
    names: readExtension(extensions, OID.subjectAltName, (element) => readGeneralNames(element)) ?? [],
    distributionPoints: readExtension(extensions, OID.distributionPoints, readDistributionPoints) ?? [],
    responders: readExtension(extensions, OID.authorityInformationAccess, readResponders) ?? [],
  }
}

function readBasicConstraints(element: Element): Pick<Certificate, 'isAuthority' | 'pathLength'> {
  const reader = open(element)
  const authority = reader.takeIf(TAG.boolean)
  const length = reader.takeIf(TAG.integer)
  reader.finish()
  return {
    isAuthority: authority !== undefined && readBoolean(authority),
    pathLength: length && readNumber(length),
  }
}

function readResponders(element: Element): readonly string[] {
  const places: string[] = []
  for (const description of open(element).takeAll(TAG.sequence)) {
    const reader = new DerReader(description)
    const method = readOid(reader.take(TAG.objectIdentifier))
    const { kind, value } = readGeneralName(reader.take())
    reader.finish()
    if (method === OCSP_ACCESS && kind === 'uri') places.push(value)
  }
  return places
}
