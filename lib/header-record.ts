import type { HeaderRecord } from './request-view.ts'

/** Fields of which Node.js keeps the first when they are sent twice. */
const SINGLE: ReadonlySet<string> = new Set([
  ...['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since'],
  ...['if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer'],
  ...['retry-after', 'server', 'user-agent'],
])

/** Names and values in turn as a record by lower-case name, with repeated fields joined as Node.js joins them. */
export function headerRecord(rawHeaders: readonly string[]): HeaderRecord {
  const record: MutableHeaderRecord = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    addHeader(record, (rawHeaders[index] as string).toLowerCase(), rawHeaders[index + 1] as string)
  }
  return record
}

export type MutableHeaderRecord = Record<string, string | readonly string[]>

/**
 * Adds a field by its lower-case name. Nearly always it is the first of its name; the rest is kept off that way.
 * @returns whether the record holds it: of some fields, it holds the first alone
 */
export function addHeader(record: MutableHeaderRecord, name: string, value: string): boolean {
  if (record[name] !== undefined || name === 'set-cookie') return addRepeated(record, name, value)
  record[name] = value
  return true
}

/** Also for names that every object seems to have, such as `constructor`. No field becomes the prototype. */
function addRepeated(record: MutableHeaderRecord, name: string, value: string): boolean {
  if (name === '__proto__') return false
  const before = Object.hasOwn(record, name) ? record[name] : undefined
  if (before !== undefined && SINGLE.has(name)) return false
  if (name === 'set-cookie') record[name] = [...(before ?? []), value]
  else record[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`
  return true
}
