import { constructed, DerReader, type Element, open, primitive, TAG } from './der.ts'
import { type GeneralName, readGeneralNames } from './general-names.ts'

/** The full name of a distribution point; `undefined` when it is relative to an issuer. RFC 5280 §4.2.1.13. */
export function readPointName(point: Element): readonly string[] | undefined {
  const reader = new DerReader(point)
  const fullName = reader.takeIf(constructed(0))
  return fullName && readGeneralNames(fullName, constructed(0)).flatMap(uriOf)
}

function uriOf({ kind, value }: GeneralName): readonly string[] {
  return kind === 'uri' ? [value] : []
}

/** The places that a certificate names for whole lists of its own issuer; others are left out. */
export function readDistributionPoints(element: Element): readonly string[] {
  return open(element)
    .takeAll(TAG.sequence)
    .flatMap((point) => {
      const reader = new DerReader(point)
      const name = reader.takeIf(constructed(0))
      const reasons = reader.takeIf(primitive(1))
      const issuer = reader.takeIf(constructed(2))
      reader.finish()
      return name && !reasons && !issuer ? (readPointName(name) ?? []) : []
    })
}
