import { assertBoolean, assertKnownKeys } from '../options.ts'

/** Each option opens one spelling that some backend reads as another path. All are off by default. */
export interface PathOptions {
  /** `%2F` and `%5C` inside a segment. A backend that decodes before it splits sees other segments than were authorised. */
  readonly allowEncodedSeparators?: boolean
  /** `%25`. A backend that decodes twice sees other characters than were authorised. */
  readonly allowEncodedPercent?: boolean
  /** `;`. Tomcat and Jetty cut the segment there before they look the path up. */
  readonly allowSemicolon?: boolean
  /** A segment that ends in `.` or a space. Windows cuts both off. */
  readonly allowTrailingDot?: boolean
  /** Tell `/Admin` from `/admin`. Express, IIS and macOS don't. */
  readonly caseSensitive?: boolean
}

export interface CanonicalPath {
  /** RFC 3986 §6.2.2: unreserved characters decoded, percent-encodings upper-case. */
  readonly path: string
  /** Percent-decoded and case-folded; a trailing slash adds none. */
  readonly segments: readonly string[]
}

export type PathCanonicalizer = (path: string) => CanonicalPath | undefined

/** What may stand in a path literally (RFC 3986 §3.3), and the percent sign. */
const PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/
/** A path without anything that needs a closer look: nothing encoded, no `;`, no segment that is empty or ends in a dot. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9\-._~!$&'()*+,=:@]*[A-Za-z0-9\-_~!$&'()*+,=:@])+\/?$/
const NEEDS_NO_WORK = /^[^%;]*$/
const PERCENT_ENCODED = /%([0-9A-Fa-f]{2})/g
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/
const UNRESERVED = /^[A-Za-z0-9\-._~]$/
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ASCII = /^[\x20-\x7e]*$/

/**
 * The one spelling of a path that is authorised and forwarded. What has no such spelling, because two servers could
 * read it as two paths, has no answer: dot segments, empty segments, encoded separators, `;`, `\`, control characters,
 * double encoding, broken UTF-8.
 */
export function pathCanonicalizer(options: PathOptions = {}): PathCanonicalizer {
  assertPathOptions(options)
  const keepsCase = options.caseSensitive === true
  const foldCase = keepsCase ? (segment: string) => segment : foldSegment
  return (sent) => {
    if (PLAIN_PATH.test(sent)) return { path: sent, segments: split(keepsCase ? sent : sent.toLowerCase()) }
    if (!PATH.test(sent)) return undefined
    const path = NEEDS_NO_WORK.test(sent) ? sent : normalizeEncoding(sent, options)
    if (path === undefined) return undefined
    const segments = segmentsOf(path, options)
    return segments && { path, segments: segments.map(foldCase) }
  }
}

/** A trailing slash adds no segment. */
function split(path: string): string[] {
  const pieces = path.slice(1).split('/')
  if (pieces.at(-1) === '') pieces.pop()
  return pieces
}

function segmentsOf(path: string, options: PathOptions): string[] | undefined {
  const segments: string[] = []
  for (const piece of split(path)) {
    const segment = piece.includes('%') ? decodeSegment(piece) : piece
    if (!segment || !isPlainSegment(segment, options)) return undefined
    // Where a server cuts at the semicolon, the rule for what is left of it counts.
    const matched = options.allowSemicolon ? (segment.split(';', 1)[0] ?? '') : segment
    if (matched === '') return undefined
    segments.push(matched)
  }
  return segments
}

function assertPathOptions(options: PathOptions): void {
  const known = ['allowEncodedSeparators', 'allowEncodedPercent', 'allowSemicolon', 'allowTrailingDot', 'caseSensitive']
  assertKnownKeys('boundary.path', options, known)
  for (const [name, value] of Object.entries(options)) assertBoolean('boundary.path', name, value)
}

function normalizeEncoding(path: string, options: PathOptions): string | undefined {
  if (BAD_PERCENT.test(path)) return undefined
  if (!options.allowSemicolon && path.includes(';')) return undefined
  return path.replace(PERCENT_ENCODED, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return UNRESERVED.test(character) ? character : encoded.toUpperCase()
  })
}

function decodeSegment(segment: string): string | undefined {
  const bytes: number[] = []
  for (let index = 0; index < segment.length; index++) {
    if (segment[index] === '%') {
      bytes.push(Number.parseInt(segment.slice(index + 1, index + 3), 16))
      index += 2
    } else bytes.push(segment.charCodeAt(index))
  }
  try {
    return UTF8.decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

function isPlainSegment(segment: string, options: PathOptions): boolean {
  // Full-width and other compatibility forms of a separator: some servers map them to the separator itself.
  const plain = ASCII.test(segment) ? segment : segment.normalize('NFKC')
  if (hasDotSegment(plain)) return false
  if (!options.allowTrailingDot && /[. ]$/.test(plain)) return false
  if (!options.allowSemicolon && plain.includes(';')) return false
  if (!options.allowEncodedSeparators && /[/\\]/.test(plain)) return false
  if (!options.allowEncodedPercent && plain.includes('%')) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return !/[\x00-\x1f\x7f-\x9f]/.test(plain)
}

/** Where a server might cut a segment, when an option lets such a segment in. */
const CUTS = /[/\\;]/
/** What is left of a dot segment however many dots and spaces a server trims. */
const DOTS = /^ *\.[. ]*$/

/** No option opens dot segments: not by a cut inside a segment, by what Windows trims, nor by decoding once more. */
function hasDotSegment(segment: string): boolean {
  if (segment.split(CUTS).some((piece) => DOTS.test(piece))) return true
  if (!segment.includes('%')) return false
  const decoded = BAD_PERCENT.test(segment) ? segment : decodeSegment(segment)
  return decoded !== segment && (decoded === undefined || hasDotSegment(decoded))
}

/** What a server that ignores case, on any file system, takes for the same segment. */
export function foldSegment(segment: string): string {
  return ASCII.test(segment) ? segment.toLowerCase() : segment.normalize('NFKC').toUpperCase().toLowerCase()
}
