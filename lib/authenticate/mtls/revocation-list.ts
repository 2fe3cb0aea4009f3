import { type Certificate, KEY_USAGE } from './certificate.ts'
import {
  constructed,
  contentOf,
  DerError,
  DerReader,
  type Element,
  elementAt,
  inner,
  open,
  primitive,
  TAG,
} from './der.ts'
import { readBoolean, readNumber, readSerial, readTime, toHex } from './der-values.ts'
import { nameKey, readName } from './distinguished-name.ts'
import { readPointName } from './distribution-points.ts'
import { type Extensions, NO_EXTENSIONS, readExtension, readExtensions, unknownCritical } from './extensions.ts'
import { isSignedBy, isStrongKey, readSignedDer, sameAlgorithm } from './signed.ts'

const OID = { deltaIndicator: '2.5.29.27', issuingPoint: '2.5.29.28' } as const
const PROCESSED: ReadonlySet<string> = new Set([OID.issuingPoint])
/** `certificateIssuer`: the entry is of another authority than the list. */
const CERTIFICATE_ISSUER = '551d1d'

/** Which certificates of its issuer a list speaks of; all, when nothing is set. RFC 5280 §5.2.5. */
interface Scope {
  readonly points: readonly string[] | undefined
  readonly only: 'clients' | 'authorities' | undefined
}

/** A list of revoked certificates whose signature is good: RFC 5280 §5. */
export interface RevocationList {
  /** The authority that signed it. */
  readonly authorityId: string
  /** Lists with the same are editions of one list. */
  readonly editionOf: string
  /** Epoch seconds. */
  readonly thisUpdate: number
  readonly nextUpdate: number
  readonly size: number
  covers(certificate: Certificate): boolean
  /** @param serialNumber upper-case hex */
  has(serialNumber: string): boolean
}

/**
 * Reads a list that one of the authorities has signed. What it would take another list to understand is refused: deltas,
 * lists of several issuers, of some reasons only, and critical extensions that nobody here knows.
 * @throws DerError that says which
 */
export function readRevocationList(der: Uint8Array, authorities: readonly Certificate[]): RevocationList {
  const signed = readSignedDer(der)
  const reader = new DerReader(signed.body)
  const version = reader.takeIf(TAG.integer)
  if (version && readNumber(version) !== 1) throw new DerError('version')
  if (!sameAlgorithm(reader.take(TAG.sequence), signed.algorithm)) throw new DerError('two algorithms')
  const issuerKey = nameKey(readName(reader.take(TAG.sequence)))
  const issuer = authorities.find((authority) => {
    return authority.subjectKey === issuerKey && maySignLists(authority) && isSignedBy(signed, authority.publicKey())
  })
  if (!issuer) throw new DerError('no known authority has signed it')
  const thisUpdate = readTime(reader.take())
  const nextUpdate = reader.takeIf(TAG.utcTime, TAG.generalizedTime)
  if (!nextUpdate) throw new DerError('no next update')
  const revoked = reader.takeIf(TAG.sequence)
  const list = reader.takeIf(constructed(0))
  reader.finish()
  if (list && !version) throw new DerError('version')
  const scope = readScope(list ? readExtensions(inner(list, TAG.sequence)) : NO_EXTENSIONS)
  const serials = revoked ? readEntries(revoked) : new Set<string>()
  return {
    authorityId: issuer.authorityId,
    editionOf: JSON.stringify([issuer.authorityId, scope.points, scope.only]),
    thisUpdate,
    nextUpdate: readTime(nextUpdate),
    size: serials.size,
    covers: (certificate) => isCovered(certificate, scope),
    has: (serialNumber) => serials.has(serialNumber),
  }
}

function maySignLists(authority: Certificate): boolean {
  return authority.isAuthority && authority.mayKey(KEY_USAGE.cRLSign) && isStrongKey(authority.publicKey())
}

function isCovered({ isAuthority, distributionPoints }: Certificate, { points, only }: Scope): boolean {
  if (only !== undefined && isAuthority !== (only === 'authorities')) return false
  return points === undefined || points.some((point) => distributionPoints.includes(point))
}

function readScope(extensions: Extensions): Scope {
  if (extensions.has(OID.deltaIndicator)) throw new DerError('it is a delta')
  if (unknownCritical(extensions, PROCESSED).length > 0) throw new DerError('unknown critical extension')
  const everything: Scope = { points: undefined, only: undefined }
  return readExtension(extensions, OID.issuingPoint, readIssuingPoint) ?? everything
}

function readIssuingPoint(element: Element): Scope {
  const reader = open(element)
  const name = reader.takeIf(constructed(0))
  const flag = (number: number) => {
    const found = reader.takeIf(primitive(number))
    return found !== undefined && readBoolean({ ...found, tag: TAG.boolean })
  }
  const [onlyClients, onlyAuthorities] = [flag(1), flag(2)]
  const someReasons = reader.takeIf(primitive(3))
  const [isIndirect, onlyAttributes] = [flag(4), flag(5)]
  reader.finish()
  const points = name && readPointName(name)
  if (someReasons || isIndirect || onlyAttributes || (onlyClients && onlyAuthorities) || (name && !points)) {
    throw new DerError('a list of this scope is not understood')
  }
  return { points, only: onlyClients ? 'clients' : onlyAuthorities ? 'authorities' : undefined }
}

/** Since when does not matter, so the date of an entry is not read. There may be many: no reader is made for each. */
function readEntries({ bytes, content, end }: Element): Set<string> {
  const serials = new Set<string>()
  for (let position = content; position < end; ) {
    const entry = elementAt(bytes, position, end)
    const serial = elementAt(bytes, entry.content, entry.end)
    const date = elementAt(bytes, serial.end, entry.end)
    if (entry.tag !== TAG.sequence || (date.tag !== TAG.utcTime && date.tag !== TAG.generalizedTime)) {
      throw new DerError('entry')
    }
    serials.add(readSerial(serial))
    if (date.end !== entry.end) {
      const extensions = elementAt(bytes, date.end, entry.end)
      if (extensions.end !== entry.end) throw new DerError('entry')
      assertPlainEntry(extensions)
    }
    position = entry.end
  }
  return serials
}

/** Why does not matter; an extension that could change of whom the entry is does. */
function assertPlainEntry(extensions: Element): void {
  for (const extension of open(extensions).takeAll(TAG.sequence)) {
    const reader = new DerReader(extension)
    const oid = contentOf(reader.take(TAG.objectIdentifier))
    const critical = reader.takeIf(TAG.boolean)
    reader.take(TAG.octetString)
    reader.finish()
    if ((critical && readBoolean(critical)) || toHex(oid) === CERTIFICATE_ISSUER) {
      throw new DerError('critical extension of an entry')
    }
  }
}
