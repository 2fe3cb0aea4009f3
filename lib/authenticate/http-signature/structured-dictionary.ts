import * as structured from 'structured-headers'

/** A value, and its parameters in their order. */
export type Item = readonly [value: unknown, parameters: ReadonlyMap<string, unknown>]
export type InnerList = readonly [items: readonly Item[], parameters: ReadonlyMap<string, unknown>]

export type Members = ReadonlyMap<string, Item | InnerList>

/**
 * Reads a dictionary (RFC 9651 §4.2.2), more strictly than it says: what occurs twice, members or parameters, is refused,
 * for the last one counts here, and the first one perhaps elsewhere.
 * @returns `undefined` when it is none, or empty
 */
export function readDictionary(field: string): Members | undefined {
  const separators = countSeparators(field)
  if (!separators) return undefined
  let members: Members
  try {
    members = structured.parseDictionary(field)
  } catch {
    return undefined
  }
  let parameters = 0
  for (const member of members.values()) parameters += countParameters(member)
  const isUnique = members.size === separators.commas + 1 && parameters === separators.semicolons
  return isUnique ? members : undefined
}

export function isInnerList(member: Item | InnerList): member is InnerList {
  return Array.isArray(member[0])
}

/** The one spelling of a member that was read: RFC 9651 §4.1. */
export function serialized(member: Item | InnerList): string {
  if (isInnerList(member)) return structured.serializeInnerList(member as structured.InnerList)
  return structured.serializeItem(member as structured.Item)
}

/** The bytes of an item without parameters; `undefined` when it is anything else. */
export function bytesOf(member: Item | InnerList | undefined): Uint8Array | undefined {
  if (!member || isInnerList(member) || member[1].size > 0) return undefined
  return member[0] instanceof ArrayBuffer ? new Uint8Array(member[0]) : undefined
}

function countParameters(member: Item | InnerList): number {
  if (!isInnerList(member)) return member[1].size
  return member[0].reduce((sum, item) => sum + item[1].size, member[1].size)
}

/** Counts what stands between members and before parameters, outside of strings; `undefined` when a string has no end. */
function countSeparators(field: string): { readonly commas: number; readonly semicolons: number } | undefined {
  let commas = 0
  let semicolons = 0
  let inString = false
  for (let index = 0; index < field.length; index++) {
    const character = field[index]
    if (character === '"') {
      // A display string knows no backslash; no field of ours holds one.
      if (!inString && field[index - 1] === '%') return undefined
      inString = !inString
    } else if (inString && character === '\\') index++
    else if (!inString && character === ',') commas++
    else if (!inString && character === ';') semicolons++
  }
  return inString ? undefined : { commas, semicolons }
}
