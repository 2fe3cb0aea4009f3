import { createHash } from 'node:crypto'
import { type Certificate, KEY_USAGE, readCertificate } from '../certificate.ts'
import {
  constructed,
  contentOf,
  DerError,
  DerReader,
  type Element,
  encodingOf,
  inner,
  open,
  primitive,
  readDer,
  TAG,
} from '../der.ts'
import { readNumber, readOid, readTime, sameBytes } from '../der-values.ts'
import { nameKey, readName } from '../distinguished-name.ts'
import { readExtensions, unknownCritical } from '../extensions.ts'
import { isSignedBy, isStrongKey, readSigned, type Signed } from '../signed.ts'

/** What a responder has signed about a certificate. */
export interface OcspAnswer {
  readonly status: 'good' | 'revoked' | 'unknown'
  /** Epoch seconds. */
  readonly thisUpdate: number
  /** Absent when newer information is to be had at any time. */
  readonly nextUpdate: number | undefined
}

const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1'
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'
const NONE_KNOWN: ReadonlySet<string> = new Set()
const MAX_CERTIFICATES = 5

/**
 * Reads an answer about one certificate: RFC 6960 §4.2. It must be signed by the certificate's issuer, or by a responder
 * that the issuer itself has certified for that (§4.2.2.2).
 * @param id of the certificate that was asked about
 * @throws DerError when it is no such answer
 */
export function readOcspResponse(der: Uint8Array, id: Uint8Array, issuer: Certificate, at: number): OcspAnswer {
  const signed = readSigned(basicResponse(der))
  const list = signed.rest.takeIf(constructed(0))
  signed.rest.finish()
  const certificates = list ? open(inner(list, TAG.sequence)).takeAll(TAG.sequence) : []
  if (certificates.length > MAX_CERTIFICATES) throw new DerError('too many certificates')
  const candidates = [issuer, ...certificates.map((each) => readCertificate(encodingOf(each)))]
  const reader = new DerReader(signed.body)
  const version = reader.takeIf(constructed(0))
  if (version) throw new DerError('version')
  const isResponder = readResponder(reader.take(constructed(1), constructed(2)))
  const signer = candidates.find(
    (each) => isResponder(each) && isAuthorized(each, issuer, at) && hasSigned(each, signed),
  )
  if (!signer) throw new DerError('nobody who may has signed it')
  readTime(reader.take(TAG.generalizedTime))
  const responses = open(reader.take(TAG.sequence)).takeAll(TAG.sequence)
  assertNoCritical(reader.takeIf(constructed(1)))
  reader.finish()
  const answers = responses.flatMap((response) => readSingle(response, id) ?? [])
  const [answer, second] = answers
  if (!answer || second) throw new DerError('it is about another certificate')
  return answer
}

function basicResponse(der: Uint8Array): Element {
  const reader = new DerReader(readDer(der))
  const status = readNumber(reader.take(TAG.enumerated), TAG.enumerated)
  if (status !== 0) throw new DerError(`the responder says ${STATUSES[status] ?? 'nothing known'}`)
  const bytes = open(inner(reader.take(constructed(0)), TAG.sequence))
  reader.finish()
  if (readOid(bytes.take(TAG.objectIdentifier)) !== BASIC_RESPONSE) throw new DerError('not a basic response')
  const response = bytes.take(TAG.octetString)
  bytes.finish()
  return readDer(contentOf(response))
}

const STATUSES = ['success', 'malformed request', 'internal error', 'try later', '', 'sign the request', 'unauthorized']

/** Whether a certificate is the one that the answer says has signed it: by name, or by the hash of its key. */
function readResponder(responder: Element): (certificate: Certificate) => boolean {
  if (responder.tag === constructed(1)) {
    const key = nameKey(readName(inner(responder, TAG.sequence)))
    return ({ subjectKey }) => subjectKey === key
  }
  const hash = contentOf(inner(responder, TAG.octetString))
  return ({ publicKeyBits }) => sameBytes(createHash('sha1').update(publicKeyBits).digest(), hash)
}

function isAuthorized(signer: Certificate, issuer: Certificate, at: number): boolean {
  if (signer === issuer) return true
  const isForThat = signer.purposes?.includes(OCSP_SIGNING) === true && signer.mayKey(KEY_USAGE.digitalSignature)
  const isGood = signer.unknownCritical.length === 0 && at >= signer.notBefore && at <= signer.notAfter
  return isForThat && isGood && signer.issuerKey === issuer.subjectKey && hasSigned(issuer, signer.signed)
}

function hasSigned(signer: Certificate, signed: Signed): boolean {
  const key = signer.publicKey()
  return isStrongKey(key) && isSignedBy(signed, key)
}

function readSingle(response: Element, id: Uint8Array): OcspAnswer | undefined {
  const reader = new DerReader(response)
  const about = encodingOf(reader.take(TAG.sequence))
  const status = STATUS_TAGS.get(reader.take().tag)
  const thisUpdate = readTime(reader.take(TAG.generalizedTime))
  const next = reader.takeIf(constructed(0))
  const nextUpdate = next && readTime(inner(next, TAG.generalizedTime))
  assertNoCritical(reader.takeIf(constructed(1)))
  reader.finish()
  if (!status) throw new DerError('status')
  return sameBytes(about, id) ? { status, thisUpdate, nextUpdate } : undefined
}

const STATUS_TAGS: ReadonlyMap<number, OcspAnswer['status']> = new Map([
  [primitive(0), 'good'],
  [constructed(1), 'revoked'],
  [primitive(2), 'unknown'],
])

function assertNoCritical(extensions: Element | undefined): void {
  if (!extensions) return
  if (unknownCritical(readExtensions(inner(extensions, TAG.sequence)), NONE_KNOWN).length > 0) {
    throw new DerError('unknown critical extension')
  }
}
