import { type CanonicalPath, type PathOptions, pathCanonicalizer } from './canonical-path.ts'

/** A request target in the one spelling that is authorised and forwarded. */
export interface CanonicalTarget extends CanonicalPath {
  /** What follows the `?`, as sent; empty when there is none. */
  readonly query: string
}

interface KnownTarget extends CanonicalTarget {
  readonly sent: string
}

/** Printable ASCII without `#`: a target has no fragment. */
const QUERY = /^[\x21\x22\x24-\x7e]*$/
/** A power of two. */
const SLOTS = 256
const MAX_REMEMBERED_LENGTH = 256

/**
 * Reads targets in origin-form (RFC 9112 §3.2.1); the other forms name no path of ours. Many requests are for few of them, so
 * the last ones are remembered, each in the slot of its length and a few of its characters.
 * @returns `undefined` for what has no canonical path
 * @throws TypeError when an option is wrong
 */
export function canonicalTargets(options: PathOptions | undefined): (target: string) => CanonicalTarget | undefined {
  const canonicalize = pathCanonicalizer(options)
  const remembered = Array.from({ length: SLOTS }, (): KnownTarget | undefined => undefined)

  function read(sent: string): KnownTarget | undefined {
    const queryStart = sent.indexOf('?')
    const canonical = canonicalize(queryStart === -1 ? sent : sent.slice(0, queryStart))
    const query = queryStart === -1 ? '' : sent.slice(queryStart + 1)
    if (!canonical || !QUERY.test(query)) return undefined
    return { sent, path: canonical.path, segments: Object.freeze(canonical.segments), query }
  }

  return (sent) => {
    const slot = slotOf(sent)
    const known = remembered[slot]
    if (known?.sent === sent) return known
    const target = read(sent)
    if (target && sent.length <= MAX_REMEMBERED_LENGTH) remembered[slot] = target
    return target
  }
}

/** A few of the last characters tell the most: paths begin alike. */
function slotOf(sent: string): number {
  const end = sent.length - 1
  const some = (sent.length * 31) ^ sent.charCodeAt(end)
  return ((((some * 31) ^ sent.charCodeAt(end - 1)) * 31) ^ sent.charCodeAt(end - 3)) & (SLOTS - 1)
}
