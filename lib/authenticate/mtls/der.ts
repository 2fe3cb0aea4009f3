/** Something that is not the DER it should be. It says nothing of what it held. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** The tag of a context-specific element that holds others, such as `[0]` of an explicit type. */
export function constructed(number: number): number {
  return 0xa0 + number
}

/** The tag of a context-specific element that holds a value. */
export function primitive(number: number): number {
  return 0x80 + number
}

/** One element in its bytes: where it begins, where its content does, and where it ends. X.690 §8.1. */
export interface Element {
  readonly bytes: Uint8Array
  readonly tag: number
  readonly start: number
  readonly content: number
  readonly end: number
}

/** Lengths of four bytes are more than any structure that is read here. */
const MAX_LENGTH_BYTES = 4

/** @throws DerError unless the element is there whole, with a length in its one definite form (X.690 §10.1) */
export function elementAt(bytes: Uint8Array, start: number, limit: number): Element {
  if (start + 2 > limit) throw new DerError('truncated')
  const tag = bytes[start] as number
  if ((tag & 0x1f) === 0x1f) throw new DerError('long tag')
  const first = bytes[start + 1] as number
  let content = start + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > MAX_LENGTH_BYTES || content + count > limit) throw new DerError('length')
    length = 0
    for (const end = content + count; content < end; content++) length = length * 256 + (bytes[content] as number)
    const shortest = length < 0x80 ? 0 : Math.ceil((32 - Math.clz32(length)) / 8)
    if (shortest !== count) throw new DerError('length not in its shortest form')
  }
  const end = content + length
  if (end > limit) throw new DerError('truncated')
  return { bytes, tag, start, content, end }
}

/** The one element that the bytes are. */
export function readDer(bytes: Uint8Array, tag: number = TAG.sequence): Element {
  const element = elementAt(bytes, 0, bytes.length)
  if (element.end !== bytes.length) throw new DerError('trailing bytes')
  if (element.tag !== tag) throw new DerError('unexpected tag')
  return element
}

export function contentOf({ bytes, content, end }: Element): Uint8Array {
  return bytes.subarray(content, end)
}

/** The element as encoded, with its tag and length. */
export function encodingOf({ bytes, start, end }: Element): Uint8Array {
  return bytes.subarray(start, end)
}

/** Reads what an element holds, one element after the other. */
export class DerReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #position: number

  constructor({ bytes, content, end }: Element) {
    this.#bytes = bytes
    this.#position = content
    this.#end = end
  }

  get isAtEnd(): boolean {
    return this.#position === this.#end
  }

  /** The next element, which must have one of the tags; any, when none is given. */
  take(...tags: readonly number[]): Element {
    const element = elementAt(this.#bytes, this.#position, this.#end)
    if (tags.length > 0 && !tags.includes(element.tag)) throw new DerError('unexpected tag')
    this.#position = element.end
    return element
  }

  /** The next element if it has one of the tags. */
  takeIf(...tags: readonly number[]): Element | undefined {
    return !this.isAtEnd && tags.includes(this.#bytes[this.#position] as number) ? this.take() : undefined
  }

  /** All that is left, each with that tag. */
  takeAll(tag: number): readonly Element[] {
    const elements: Element[] = []
    while (!this.isAtEnd) elements.push(this.take(tag))
    return elements
  }

  /** @throws DerError when something is left */
  finish(): void {
    if (!this.isAtEnd) throw new DerError('unexpected element')
  }
}

/** A reader of the content of an element that must have that tag. */
export function open(element: Element, tag: number = TAG.sequence): DerReader {
  if (element.tag !== tag) throw new DerError('unexpected tag')
  return new DerReader(element)
}

/** The one element inside an explicitly tagged one. */
export function inner(element: Element, ...tags: readonly number[]): Element {
  const reader = new DerReader(element)
  const only = reader.take(...tags)
  reader.finish()
  return only
}
