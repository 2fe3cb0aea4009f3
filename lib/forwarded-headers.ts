import type { MutableHeaderRecord } from './header-record.ts'

type Fields = Readonly<Record<string, string>>

/** Headers that go on, in both of the forms that Node.js keeps them in. */
export class ForwardedHeaders {
  /** Names and values in turn. */
  readonly rawHeaders: string[]
  /** By lower-case name. */
  readonly headers: MutableHeaderRecord

  constructor(rawHeaders: string[], headers: MutableHeaderRecord) {
    this.rawHeaders = rawHeaders
    this.headers = headers
  }

  /** Adds one of ours, under its lower-case name: a client's header of the same name is not among these. */
  add(name: string, value: string): void {
    this.rawHeaders.push(name, value)
    this.headers[name] = value
  }

  addAll(fields: Fields): void {
    for (const name in fields) this.add(name, fields[name] as string)
  }

  copy(): ForwardedHeaders {
    return new ForwardedHeaders(this.rawHeaders.slice(), { ...this.headers })
  }
}
