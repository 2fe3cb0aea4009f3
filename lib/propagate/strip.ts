import type { HeaderRules } from '../header-rules.ts'
import type { HeaderRecord, RawRequest } from '../request-view.ts'

/** What of the client's headers goes on, in both of the forms that Node.js keeps them in. */
export interface StrippedHeaders {
  readonly headers: Record<string, string | readonly string[] | undefined>
  /** Names and values in turn. */
  readonly rawHeaders: string[]
}

/**
 * Takes out every header that could pass for one of ours under any spelling, that ends at this hop, or that holds a
 * credential. What `Connection` lists goes too, before anything of ours is added: no list can remove that
 * (RFC 9110 §7.6.1).
 */
export function stripHeaders(raw: RawRequest, rules: HeaderRules): StrippedHeaders {
  const listed = listedByConnection(raw.headers)
  const headers: Record<string, string | readonly string[] | undefined> = {}
  for (const name in raw.headers) {
    if (isForwarded(name, rules, listed)) headers[name] = raw.headers[name]
  }
  const rawHeaders: string[] = []
  for (let index = 0; index < raw.rawHeaders.length; index += 2) {
    const name = raw.rawHeaders[index] as string
    if (isForwarded(name, rules, listed)) rawHeaders.push(name, raw.rawHeaders[index + 1] as string)
  }
  return { headers, rawHeaders }
}

function isForwarded(name: string, rules: HeaderRules, listed: ReadonlySet<string> | undefined): boolean {
  const kind = rules.kindOf(name)
  if (kind === 'framing' || kind === 'host') return true
  return kind === 'pass' && (listed === undefined || !listed.has(name.toLowerCase()))
}

const PLAIN_CONNECTION = /^(?:keep-alive|close|upgrade)$/i

function listedByConnection(headers: HeaderRecord): ReadonlySet<string> | undefined {
  const field = headers.connection
  if (typeof field !== 'string' || PLAIN_CONNECTION.test(field)) return undefined
  return new Set(field.split(',').map((name) => name.trim().toLowerCase()))
}
