import { contentOf, DerError, type Element, TAG } from './der.ts'

function expect(element: Element, ...tags: readonly number[]): Uint8Array {
  if (!tags.includes(element.tag)) throw new DerError('unexpected tag')
  return contentOf(element)
}

/** More than any that is in use; a long one takes time that grows with the square of its length. */
const MAX_OID_BYTES = 64

/** Dotted, such as `2.5.4.3`. */
export function readOid(element: Element, tag: number = TAG.objectIdentifier): string {
  const content = expect(element, tag)
  if (content.length > MAX_OID_BYTES) throw new DerError('object identifier too long')
  const arcs: bigint[] = []
  let arc = 0n
  let isStart = true
  for (const byte of content) {
    if (isStart && byte === 0x80) throw new DerError('object identifier not in its shortest form')
    arc = arc * 128n + BigInt(byte & 0x7f)
    isStart = byte < 0x80
    if (!isStart) continue
    arcs.push(arc)
    arc = 0n
  }
  const [head, ...rest] = arcs
  if (head === undefined || !isStart) throw new DerError('object identifier')
  const top = head < 80n ? head / 40n : 2n
  return [top, head - top * 40n, ...rest].join('.')
}

/** X.690 §11.1: true is 0xff and nothing else. */
export function readBoolean(element: Element): boolean {
  const content = expect(element, TAG.boolean)
  if (content.length !== 1 || (content[0] !== 0x00 && content[0] !== 0xff)) throw new DerError('boolean')
  return content[0] === 0xff
}

/** The bytes of an integer that is not negative, without the zero that keeps it from being so. */
function magnitude(element: Element, tag: number): Uint8Array {
  const content = expect(element, tag)
  const [first, second = 0] = content
  if (first === undefined || first >= 0x80) throw new DerError('integer')
  if (first !== 0 || content.length === 1) return content
  if (second < 0x80) throw new DerError('integer not in its shortest form')
  return content.subarray(1)
}

/** RFC 5280 §4.1.2.2: at most 20 octets, and one for the sign. */
const MAX_SERIAL_BYTES = 21

/** A serial number in upper-case hex, as OpenSSL and nginx write it. Negative ones, which RFC 5280 forbids, are refused. */
export function readSerial(element: Element): string {
  const bytes = magnitude(element, TAG.integer)
  if (bytes.length > MAX_SERIAL_BYTES) throw new DerError('serial number')
  return toHex(bytes).toUpperCase()
}

/** A small number, such as a version. */
export function readNumber(element: Element, tag: number = TAG.integer): number {
  const bytes = magnitude(element, tag)
  if (bytes.length > 4) throw new DerError('number')
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

/** A bit string of whole bytes, as signatures and keys are. */
export function readBytes(element: Element): Uint8Array {
  const content = expect(element, TAG.bitString)
  if (content[0] !== 0) throw new DerError('bit string')
  return content.subarray(1)
}

/** A bit string of up to 16 flags; the first is bit 0. X.690 §11.2.2: no trailing zeros, unused bits are zero. */
export function readFlags(element: Element, tag: number = TAG.bitString): (bit: number) => boolean {
  const content = expect(element, tag)
  const [unused = 8, ...bytes] = content
  const last = bytes.at(-1)
  const isEmpty = last === undefined && unused === 0
  const isShortest = last !== undefined && unused <= 7 && (last & ((1 << unused) - 1)) === 0 && (last >> unused) & 1
  if (bytes.length > 2 || !(isEmpty || isShortest)) throw new DerError('flags')
  return (bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/

/** Epoch seconds. RFC 5280 §4.1.2.5: in UTC, with seconds and no fractions. */
export function readTime(element: Element): number {
  const text = asciiOf(expect(element, TAG.utcTime, TAG.generalizedTime))
  const isShort = element.tag === TAG.utcTime
  const match = (isShort ? UTC_TIME : GENERALIZED_TIME).exec(text)
  if (!match) throw new DerError('time')
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number)
  const [day = 0, hours = 0, minutes = 0, seconds = 0] = rest
  const fullYear = isShort ? year + (year < 50 ? 2000 : 1900) : year
  const date = new Date(0)
  date.setUTCFullYear(fullYear, month - 1, day)
  date.setUTCHours(hours, minutes, seconds)
  // What is no date, such as the 30th of February, comes out as another one.
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isDate || hours > 23 || minutes > 59 || seconds > 59) throw new DerError('time')
  return date.getTime() / 1000
}

export function asciiOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
