import { addHeader, headerRecord, type MutableHeaderRecord } from '../header-record.ts'
import type { HeaderRules } from '../header-rules.ts'
import type { HeaderRecord, RawRequest } from '../request-view.ts'

type OurHeaders = Readonly<Record<string, string>>

const NONE: OurHeaders = {}

/** Headers that go on, in both of the forms that Node.js keeps them in. */
export class ForwardedHeaders {
  /** Names and values in turn. */
  readonly rawHeaders: string[]
  /** By lower-case name. */
  readonly headers: HeaderRecord

  constructor(rawHeaders: string[], headers: HeaderRecord) {
    this.rawHeaders = rawHeaders
    this.headers = headers
  }

  /** A copy, with ours under their lower-case names: a client's header of the same name is not among these. */
  with(ours: OurHeaders, more: OurHeaders = NONE): ForwardedHeaders {
    const rawHeaders = this.rawHeaders.slice()
    for (const name in ours) rawHeaders.push(name, ours[name] as string)
    for (const name in more) rawHeaders.push(name, more[name] as string)
    return new ForwardedHeaders(rawHeaders, { ...this.headers, ...ours, ...more })
  }
}

/**
 * Takes out every header that could pass for one of ours under any spelling, that ends at this hop, or that holds a
 * credential. What `Connection` lists goes too, before anything of ours is added: no list can remove that
 * (RFC 9110 §7.6.1).
 */
export function stripHeaders({ rawHeaders }: Pick<RawRequest, 'rawHeaders'>, rules: HeaderRules): ForwardedHeaders {
  const kept: string[] = []
  const record: MutableHeaderRecord = {}
  let listed: Set<string> | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] as string
    const value = rawHeaders[index + 1] as string
    const { kind, name } = rules.of(sent)
    if (kind === 'pass' || kind === 'framing' || kind === 'host') {
      // What the record does not hold, nobody has looked at: it does not go on either.
      if (addHeader(record, name, value)) kept.push(sent, value)
    } else if (kind === 'connection') listed = list(value, listed)
  }
  if (!listed) return new ForwardedHeaders(kept, record)
  const left = withoutListed(kept, listed, rules)
  return new ForwardedHeaders(left, headerRecord(left))
}

const PLAIN_CONNECTION = /^(?:keep-alive|close|upgrade)$/i

function list(field: string, listed: Set<string> | undefined): Set<string> | undefined {
  if (PLAIN_CONNECTION.test(field)) return listed
  const names = field.split(',').map((name) => name.trim().toLowerCase())
  return new Set([...(listed ?? []), ...names])
}

function withoutListed(kept: readonly string[], listed: ReadonlySet<string>, rules: HeaderRules): string[] {
  const left: string[] = []
  for (let index = 0; index < kept.length; index += 2) {
    const sent = kept[index] as string
    const { kind, name } = rules.of(sent)
    if (kind === 'pass' && listed.has(name)) continue
    left.push(sent, kept[index + 1] as string)
  }
  return left
}
