import { readDer } from './der.ts'
import {
  attributeType,
  type DistinguishedName,
  decodeText,
  hexAttribute,
  type NameAttribute,
  sortedAttributes,
} from './distinguished-name.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const TYPE = /([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)=/y
const HEX_VALUE = /#((?:[0-9A-Fa-f]{2})+)(?=[,+]|$)/y
const PAIR = /\\(?:([0-9A-Fa-f]{2})|([ "#+,;<=>\\]))/y
/** What stands for itself: no separator, quote, backslash or NUL. */
const LITERAL = /[^"+,;<>\\\0]/uy

/** Reads a distinguished name as RFC 4514 §3 writes it, and nothing looser: `CN=orders,O=Acme`. */
export function parseName(text: string): DistinguishedName | undefined {
  if (text === '') return undefined
  const sets: (readonly NameAttribute[])[] = []
  let attributes: NameAttribute[] = []
  let position = 0
  while (true) {
    const read = parseAttribute(text, position)
    if (!read) return undefined
    attributes.push(read.attribute)
    position = read.end
    const separator = text[position]
    if (separator !== '+') {
      sets.push(sortedAttributes(attributes))
      attributes = []
    }
    if (separator === undefined) return sets.reverse()
    if (separator !== ',' && separator !== '+') return undefined
    position++
  }
}

interface ReadAttribute {
  readonly attribute: NameAttribute
  readonly end: number
}

function parseAttribute(text: string, start: number): ReadAttribute | undefined {
  const [written = '', name = ''] = matchAt(TYPE, text, start) ?? []
  const type = attributeType(name)
  if (type === undefined) return undefined
  const valueStart = start + written.length
  const hex = matchAt(HEX_VALUE, text, valueStart)
  if (hex) return { attribute: attributeInHex(type, hex[1] ?? ''), end: valueStart + hex[0].length }
  // A type without a name has a value in hex: RFC 4514 §2.4.
  if (/^\d/.test(type) || text[valueStart] === '#' || text[valueStart] === ' ') return undefined
  const read = parseText(text, valueStart)
  return read && { attribute: { type, value: read.value }, end: read.end }
}

/** A string in hex is the string. */
function attributeInHex(type: string, hex: string): NameAttribute {
  const text = /^\d/.test(type) ? undefined : textInHex(Buffer.from(hex, 'hex'))
  return text === undefined ? hexAttribute(type, hex.toLowerCase()) : { type, value: text }
}

function textInHex(bytes: Uint8Array): string | undefined {
  try {
    return decodeText(readDer(bytes, bytes[0]))
  } catch {
    return undefined
  }
}

function parseText(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  const bytes: number[] = []
  let position = start
  let endsInSpace = false
  while (position < text.length && text[position] !== ',' && text[position] !== '+') {
    const pair = matchAt(PAIR, text, position)
    const literal = pair ? undefined : matchAt(LITERAL, text, position)
    const [hex, escaped] = [pair?.[1], pair?.[2] ?? literal?.[0]]
    if (hex === undefined && escaped === undefined) return undefined
    bytes.push(...(hex === undefined ? Buffer.from(escaped ?? '') : Buffer.from(hex, 'hex')))
    position += (pair ?? literal)?.[0].length ?? 1
    endsInSpace = literal?.[0] === ' '
  }
  if (endsInSpace) return undefined
  try {
    return { value: UTF8.decode(Uint8Array.from(bytes)), end: position }
  } catch {
    return undefined
  }
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position
  return pattern.exec(text)
}
