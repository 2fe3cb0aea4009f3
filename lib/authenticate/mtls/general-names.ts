import { contentOf, type Element, open, primitive } from './der.ts'
import { asciiOf } from './der-values.ts'

/** A name in a certificate by its kind; of other kinds only that it is there. RFC 5280 §4.2.1.6. */
export interface GeneralName {
  readonly kind: 'email' | 'dns' | 'uri' | 'other'
  readonly value: string
}

const KINDS: ReadonlyMap<number, GeneralName['kind']> = new Map([
  [primitive(1), 'email'],
  [primitive(2), 'dns'],
  [primitive(6), 'uri'],
])

/** Each name is a string of its own: a comma in it separates nothing. */
export function readGeneralNames(element: Element, tag?: number): readonly GeneralName[] {
  const reader = open(element, tag)
  const names: GeneralName[] = []
  while (!reader.isAtEnd) names.push(readGeneralName(reader.take()))
  return names
}

export function readGeneralName(name: Element): GeneralName {
  return { kind: KINDS.get(name.tag) ?? 'other', value: asciiOf(contentOf(name)) }
}
