import { contentOf, DerError, DerReader, type Element, encodingOf, open, TAG } from './der.ts'
import { asciiOf, readOid, toHex } from './der-values.ts'

export interface NameAttribute {
  /** `CN`, `O` …, or the dotted object identifier of a type that RFC 4514 has no name for. */
  readonly type: string
  /** The text; `#` and hex when it is no text. */
  readonly value: string
  /** Set when it is no text: there are texts that begin with `#`. */
  readonly isHex?: true
}

/** A distinguished name: sets of attributes, in the order of the certificate, the most general first. */
export type DistinguishedName = readonly (readonly NameAttribute[])[]

/** RFC 4514 §3, and what else is common in certificates: RFC 4519, RFC 2985. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'GN'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
])

/** The name of a type that is written in any case or dotted; `undefined` when RFC 4514 §3 would not take it. */
export function attributeType(written: string): string | undefined {
  if (/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+$/.test(written)) return TYPES.get(written) ?? written
  const lower = written.toLowerCase()
  return [...TYPES.values()].find((type) => type.toLowerCase() === lower)
}

/**
 * Names are read of whoever sends one, before anybody's signature is verified, and to compare them takes time that can grow
 * with the square of a value's length. RFC 5280, appendix A.1, allows 64 characters to most.
 */
const MAX_NAME_BYTES = 4_096
const MAX_VALUE_BYTES = 1_024

/** @throws DerError when it is no name, or longer than any in use */
export function readName(name: Element): DistinguishedName {
  if (name.end - name.content > MAX_NAME_BYTES) throw new DerError('name too long')
  return open(name)
    .takeAll(TAG.set)
    .map((set) => {
      const attributes = new DerReader(set).takeAll(TAG.sequence).map(readAttribute)
      return attributes.length > 1 ? attributes.toSorted(byText) : attributes
    })
}

function readAttribute(element: Element): NameAttribute {
  const reader = new DerReader(element)
  const oid = readOid(reader.take(TAG.objectIdentifier))
  const value = reader.take()
  reader.finish()
  if (value.end - value.content > MAX_VALUE_BYTES) throw new DerError('name too long')
  const type = TYPES.get(oid)
  const text = type === undefined ? undefined : decodeText(value)
  return text === undefined ? hexAttribute(type ?? oid, toHex(encodingOf(value))) : { type: type ?? oid, value: text }
}

/** @param hex the whole value as encoded, in lower case */
export function hexAttribute(type: string, hex: string): NameAttribute {
  return { type, value: `#${hex}`, isHex: true }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const UTF16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true })

/** A string of one of the types that certificates hold; `undefined` for another, or one that is not what it says. */
export function decodeText(element: Element): string | undefined {
  const content = contentOf(element)
  try {
    switch (element.tag) {
      case 0x0c:
        return UTF8.decode(content)
      case 0x13:
      case 0x16:
        return content.every((byte) => byte < 0x80) ? asciiOf(content) : undefined
      case 0x1e:
        return UTF16.decode(content)
      default:
        return undefined
    }
  } catch {
    return undefined
  }
}

function byText(one: NameAttribute, other: NameAttribute): number {
  const [first, second] = [formatAttribute(one), formatAttribute(other)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** The attributes of one set have no order. */
export function sortedAttributes(attributes: readonly NameAttribute[]): readonly NameAttribute[] {
  return attributes.toSorted(byText)
}

/** As RFC 4514 writes it: the most specific first, each value escaped so that it ends where it ends. */
export function formatName(name: DistinguishedName): string {
  return name
    .toReversed()
    .map((attributes) => attributes.map(formatAttribute).join('+'))
    .join(',')
}

function formatAttribute({ type, value, isHex }: NameAttribute): string {
  return `${type}=${isHex ? value : escapeText(value)}`
}

function escapeText(text: string): string {
  return text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/ $/, '\\ ')
    .replace(/^[# ]/, '\\$&')
    .replace(CONTROL, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/g

/** Equal for names that RFC 5280 §7.1 takes for the same: whatever their case, white space and string types. */
export function nameKey(name: DistinguishedName): string {
  const comparable = ({ type, value, isHex }: NameAttribute) =>
    isHex ? `${type}${value}` : `${type}=${value.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')}`
  return JSON.stringify(name.map((attributes) => attributes.map(comparable).sort()))
}

/** The text of the only attribute of that type; `undefined` when there are several: readers differ in which one they take. */
export function onlyText(name: DistinguishedName, type: string): string | undefined {
  const [only, another] = name.flat().filter((each) => each.type === type)
  return another || only?.isHex ? undefined : only?.value
}
