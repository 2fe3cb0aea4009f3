/**
 * The value of a query parameter that occurs once, encoded in one way: RFC 9421 §2.2.8.
 * @param name encoded in the same way
 */
export function queryParameter(query: string, name: string): string | undefined {
  let found: string | undefined
  for (const [key, value] of new URLSearchParams(query)) {
    if (encoded(key) !== name) continue
    if (found !== undefined) return undefined
    found = encoded(value)
  }
  return found
}

/** Percent-encoding as in forms, with `%20` for a space. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()~]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
}
