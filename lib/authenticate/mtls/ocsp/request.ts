import { createHash } from 'node:crypto'
import type { Certificate } from '../certificate.ts'
import { TAG } from '../der.ts'
import { encode, encodeInteger } from '../der-writer.ts'

/** SHA-1, with NULL: it only names an issuer, and RFC 5019 §2.1.1 has every responder know it. */
const SHA1_IDENTIFIER = Buffer.from('300906052b0e03021a0500', 'hex')

/** How a question, and its answer, name a certificate: RFC 6960 §4.1.1. */
export function certificateId({ serialNumber }: Certificate, issuer: Certificate): Uint8Array {
  const hash = (bytes: Uint8Array) => encode(TAG.octetString, createHash('sha1').update(bytes).digest())
  return encode(
    TAG.sequence,
    SHA1_IDENTIFIER,
    hash(issuer.subjectDer),
    hash(issuer.publicKeyBits),
    encodeInteger(serialNumber),
  )
}

/** The question about one certificate, unsigned and without extensions, so that responders can answer from a cache. */
export function ocspRequest(id: Uint8Array): Uint8Array {
  const request = encode(TAG.sequence, id)
  return encode(TAG.sequence, encode(TAG.sequence, encode(TAG.sequence, request)))
}
