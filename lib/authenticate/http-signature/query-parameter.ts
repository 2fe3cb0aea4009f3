/** What a decoder puts in the place of bytes that are no UTF-8: of which bytes, it does not tell. */
const UNREADABLE = '\ufffd'

/**
 * The parameters of a query that occur once and can be read, names and values encoded in one way: RFC 9421 §2.2.8. To read a
 * query takes long enough that it is done once for all parameters of a signature.
 */
export function queryParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  const unusable = new Set<string>()
  for (const [key, value] of new URLSearchParams(query)) {
    const name = encoded(key)
    if (parameters.has(name) || key.includes(UNREADABLE) || value.includes(UNREADABLE)) unusable.add(name)
    parameters.set(name, encoded(value))
  }
  for (const name of unusable) parameters.delete(name)
  return parameters
}

/** Percent-encoding as in forms, with `%20` for a space. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()~]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
}
