import type { LocatedDocument, Place } from './located-document.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that must be an object. @throws TypeError with its line */
export function memberOf(parent: JsonObject, name: string, place: Place, document: LocatedDocument): JsonObject {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined
  if (isObject(value)) return value
  throw document.problem([...place, name], `"${name}" must be an object`)
}

/** What may stand beside a reference: it says nothing about who may call. */
const BESIDE_REFERENCE = ['$ref', 'summary', 'description']

/**
 * An object, or the one in the same document that it refers to.
 * @throws TypeError for a reference that leads nowhere, or has something beside it, which would be passed over
 */
export function resolved(value: unknown, place: Place, document: LocatedDocument): JsonObject {
  let current = value
  const seen: unknown[] = []
  for (;;) {
    if (!isObject(current)) throw document.problem(place, 'an object is expected here')
    const { $ref } = current
    if ($ref === undefined) return current
    if (typeof $ref !== 'string' || !$ref.startsWith('#/') || seen.includes($ref)) {
      throw document.problem(
        place,
        `"$ref" ${JSON.stringify($ref)} does not lead to another place of this document; bundle it first`,
      )
    }
    const beside = Object.keys(current).find((name) => !BESIDE_REFERENCE.includes(name))
    if (beside !== undefined) {
      throw document.problem(
        place,
        `"${beside}" stands beside "$ref" and would be passed over; write it where that leads`,
      )
    }
    seen.push($ref)
    current = pointed(document.value, $ref)
  }
}

/** RFC 6901, in a URI fragment. */
function pointed(root: unknown, reference: string): unknown {
  let current = root
  for (const piece of reference.slice(2).split('/')) {
    const name = percentDecoded(piece).replaceAll('~1', '/').replaceAll('~0', '~')
    if (!isObject(current) || !Object.hasOwn(current, name)) return undefined
    current = current[name]
  }
  return current
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
