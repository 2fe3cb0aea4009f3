import { contentOf, DerError, type Element, open, readDer, TAG } from './der.ts'
import { readBoolean, readOid } from './der-values.ts'

export interface Extension {
  readonly isCritical: boolean
  /** The DER that it holds. */
  readonly value: Uint8Array
}

/** Extensions by their object identifier, each at most once: RFC 5280 §4.2. */
export type Extensions = ReadonlyMap<string, Extension>

export const NO_EXTENSIONS: Extensions = new Map()

/** @param list the SEQUENCE of extensions */
export function readExtensions(list: Element): Extensions {
  const extensions = new Map<string, Extension>()
  const items = open(list).takeAll(TAG.sequence)
  if (items.length === 0) throw new DerError('no extensions')
  for (const item of items) {
    const reader = open(item)
    const oid = readOid(reader.take(TAG.objectIdentifier))
    const critical = reader.takeIf(TAG.boolean)
    const value = contentOf(reader.take(TAG.octetString))
    reader.finish()
    if (extensions.has(oid)) throw new DerError('extension twice')
    extensions.set(oid, { isCritical: critical !== undefined && readBoolean(critical), value })
  }
  return extensions
}

/** The content of an extension, read; `undefined` when it is not there. */
export function readExtension<T>(
  extensions: Extensions,
  oid: string,
  read: (element: Element) => T,
  tag: number = TAG.sequence,
): T | undefined {
  const extension = extensions.get(oid)
  return extension && read(readDer(extension.value, tag))
}

/** The critical extensions that are not among the known ones: what holds one must not be used. */
export function unknownCritical(extensions: Extensions, known: ReadonlySet<string>): readonly string[] {
  return [...extensions].filter(([oid, { isCritical }]) => isCritical && !known.has(oid)).map(([oid]) => oid)
}
