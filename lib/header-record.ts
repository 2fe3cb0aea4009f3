/** Fields of which Node.js keeps the first when they are sent twice. */
const SINGLE: ReadonlySet<string> = new Set([
  ...['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since'],
  ...['if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer'],
  ...['retry-after', 'server', 'user-agent'],
])

/** Names and values in turn as a record by lower-case name, with repeated fields joined as Node.js joins them. */
export function headerRecord(rawHeaders: readonly string[]): MutableHeaderRecord {
  const record = emptyRecord()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    addHeader(record, (rawHeaders[index] as string).toLowerCase(), rawHeaders[index + 1] as string)
  }
  return record
}

export type MutableHeaderRecord = Record<string, string | readonly string[]>

type Constructor = new (isFull: boolean) => MutableHeaderRecord

/**
 * Makes plain objects with room for 32 fields. What begins as `{}` moves to new room every few fields, and from about 20 on is
 * a hash table, which is slow to copy for those behind us too. V8 reserves room for what a constructor could assign.
 */
const Roomy = function (this: MutableHeaderRecord, isFull: boolean): void {
  if (!isFull) return
  this.a = this.b = this.c = this.d = this.e = this.f = this.g = this.h = ''
  this.i = this.j = this.k = this.l = this.m = this.n = this.o = this.p = ''
  this.q = this.r = this.s = this.t = this.u = this.v = this.w = this.x = ''
  this.y = this.z = this.A = this.B = this.C = this.D = this.E = this.F = ''
} as unknown as Constructor
Roomy.prototype = Object.prototype

/** From the first few it learns how much of the room is used. */
for (let made = 0; made < 8; made++) new Roomy(true)

export function emptyRecord(): MutableHeaderRecord {
  return new Roomy(false)
}

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
