import type { HeaderRecord } from './request-view.ts'

/** Fields of which Node.js keeps the first when they are sent twice. */
const SINGLE: ReadonlySet<string> = new Set([
  ...['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since'],
  ...['if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer'],
  ...['retry-after', 'server', 'user-agent'],
])

/** Names and values in turn as a record by lower-case name, with repeated fields joined as Node.js joins them. */
export function headerRecord(rawHeaders: readonly string[]): HeaderRecord {
  const record: Record<string, string | string[]> = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    const value = rawHeaders[index + 1] as string
    const before = record[name]
    if (name === '__proto__') continue
    if (name === 'set-cookie') record[name] = Array.isArray(before) ? [...before, value] : [value]
    else if (before === undefined) record[name] = value
    else if (!SINGLE.has(name)) record[name] = `${before}${name === 'cookie' ? '; ' : ', '}${value}`
  }
  return record
}
