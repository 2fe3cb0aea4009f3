import { headerRecord } from '../header-record.ts'
import type { HeaderRules } from '../header-rules.ts'
import type { HeaderRecord, RawRequest } from '../request-view.ts'

/** Headers that go on, in both of the forms that Node.js keeps them in. */
export class ForwardedHeaders {
  /** Names and values in turn. */
  readonly rawHeaders: string[]
  #headers: HeaderRecord | undefined

  constructor(rawHeaders: string[]) {
    this.rawHeaders = rawHeaders
  }

  /** By lower-case name; made when somebody asks. */
  get headers(): HeaderRecord {
    this.#headers ??= headerRecord(this.rawHeaders)
    return this.#headers
  }

  /** These and ours: a client's header of the same name is not among them. */
  with(ours: Readonly<Record<string, string>>): ForwardedHeaders {
    const rawHeaders = this.rawHeaders.slice()
    for (const name in ours) rawHeaders.push(name, ours[name] as string)
    return new ForwardedHeaders(rawHeaders)
  }
}

/**
 * Takes out every header that could pass for one of ours under any spelling, that ends at this hop, or that holds a
 * credential. What `Connection` lists goes too, before anything of ours is added: no list can remove that
 * (RFC 9110 §7.6.1).
 */
export function stripHeaders({ rawHeaders }: Pick<RawRequest, 'rawHeaders'>, rules: HeaderRules): ForwardedHeaders {
  const kept: string[] = []
  let listed: Set<string> | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    const kind = rules.kindOf(name)
    if (kind === 'pass' || kind === 'framing' || kind === 'host') kept.push(name, rawHeaders[index + 1] as string)
    else if (kind === 'connection') listed = list(rawHeaders[index + 1] as string, listed)
  }
  return new ForwardedHeaders(listed ? withoutListed(kept, listed, rules) : kept)
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
    const name = kept[index] as string
    if (rules.kindOf(name) === 'pass' && listed.has(name.toLowerCase())) continue
    left.push(name, kept[index + 1] as string)
  }
  return left
}
