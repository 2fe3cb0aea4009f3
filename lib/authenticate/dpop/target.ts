import { assertStrings, invalidOption } from '../../options.ts'

/** An `http(s)` URI (RFC 3986 appendix A) with a host and without user information. */
const URI = /^https?:\/\/[\w\-.~:[\]!$&'()*+,;=%]+(?:[/?#][\w\-.~:/?#[\]@!$&'()*+,;=%]*)?$/i
const PERCENT_ENCODED = /%[0-9A-Fa-f]{2}/g
const UNRESERVED = /^[A-Za-z0-9\-._~]$/

/** Whether the `htu` of a proof is the URI of a request for that (canonical) path. */
export type TargetTest = (htu: string, path: string) => boolean

/**
 * Compares as RFC 9449 §4.3 says: without query and fragment, after the normalisation of RFC 3986 §6.2.2 and §6.2.3. What
 * a request says about the host is not asked: only the public origins count.
 * @throws TypeError when an origin is none
 */
export function targetTest(factory: string, origins: unknown): TargetTest {
  const known = checkedOrigins(factory, origins)
  return (htu, path) => {
    if (known.some((origin) => htu.length === origin.length + path.length && htu === origin + path)) return true
    const target = normalizedTarget(htu)
    return target !== undefined && known.some((origin) => target === origin + path)
  }
}

function checkedOrigins(factory: string, origins: unknown): readonly string[] {
  assertStrings(factory, 'origins', origins)
  return origins.map((each) => {
    const url = URL.canParse(each) ? new URL(each) : undefined
    const isOrigin = url !== undefined && (each === url.origin || each === `${url.origin}/`)
    if (!isOrigin || !/^https?:$/.test(url.protocol)) {
      throw invalidOption(factory, `"origins" holds "${each}"; an origin is like https://api.example.com`)
    }
    return url.origin
  })
}

/** The one spelling of a URI, without query and fragment; `undefined` when it is no `http(s)` URI. */
export function normalizedTarget(uri: string): string | undefined {
  if (!URI.test(uri) || !URL.canParse(uri)) return undefined
  // Lower-case scheme and host, no default port, no dot segments, a path that is not empty.
  const { origin, pathname } = new URL(uri)
  return origin + pathname.replace(PERCENT_ENCODED, decodedIfUnreserved)
}

function decodedIfUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return UNRESERVED.test(character) ? character : encoded.toUpperCase()
}
