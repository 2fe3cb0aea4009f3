import { AuthError } from '../errors.ts'
import { ForwardedHeaders } from '../forwarded-headers.ts'
import { addHeader, emptyRecord, headerRecord } from '../header-record.ts'
import type { HeaderRules } from '../header-rules.ts'

/** The header fields of a request, read once. */
export interface ReceivedHeaders {
  /** What goes on. */
  readonly forwarded: ForwardedHeaders
  /** `Host` as sent; empty when there is none. */
  readonly host: string
  /** Lower-case names and values in turn. */
  readonly credentials: readonly string[]
  /** Whether the client asks for another protocol. */
  readonly asksUpgrade: boolean
  /** Why they could mean two things to two servers, if they could. */
  readonly problem: AuthError | undefined
}

/**
 * Takes out every header that could pass for one of ours under any spelling, that ends at this hop, or that holds a
 * credential. What `Connection` lists goes too, before anything of ours is added: no list can remove that
 * (RFC 9110 §7.6.1).
 *
 * Of each credential, of `Host` and of `Content-Type` there may be one: Node.js keeps the first of two, another server the
 * last. `Authorization` counts even where no authenticator reads it.
 */
export function readHeaders(rawHeaders: readonly string[], rules: HeaderRules): ReceivedHeaders {
  const kept: string[] = []
  const record = emptyRecord()
  const credentials: string[] = []
  let listed: Set<string> | undefined
  let asksUpgrade = false
  let problem: AuthError | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] as string
    const value = rawHeaders[index + 1] as string
    const { kind, name } = rules.of(sent)
    if (kind === 'pass' || kind === 'host' || kind === 'framing') {
      // What the record does not hold, nobody has looked at: it does not go on either.
      if (addHeader(record, name, value)) kept.push(sent, value)
      else problem ??= repeated(name)
      if (kind === 'framing') problem ??= framingProblem(name, value)
    } else if (kind === 'credential') {
      if (credentialIn(credentials, name) !== undefined) problem ??= twice('credential')
      credentials.push(name, value)
    } else if (kind === 'connection') listed = list(value, listed)
    else if (name === 'upgrade') asksUpgrade = true
  }
  const host = (record.host as string | undefined) ?? ''
  const forwarded = listed ? withoutListed(kept, listed, rules) : new ForwardedHeaders(kept, record)
  return { forwarded, host, credentials, asksUpgrade, problem }
}

/** Of names and values in turn, the value of a name. There are one or two, and no map is quicker. */
export function credentialIn(credentials: readonly string[], name: string): string | undefined {
  for (let index = 0; index < credentials.length; index += 2) {
    if (credentials[index] === name) return credentials[index + 1]
  }
  return undefined
}

/** What of a field that is kept once alone must not occur twice. */
const SINGLE: Readonly<Record<string, string>> = {
  host: 'Host',
  'content-type': 'Content-Type',
  authorization: 'credential',
}

function repeated(name: string): AuthError | undefined {
  return Object.hasOwn(SINGLE, name) ? twice(SINGLE[name] as string) : undefined
}

function twice(what: string): AuthError {
  return new AuthError('invalid_request', { reason: `two ${what} headers`, detail: `A ${what} header occurs twice.` })
}

function framingProblem(name: string, value: string): AuthError | undefined {
  if (name !== 'transfer-encoding' || value.toLowerCase() === 'chunked') return undefined
  return new AuthError('invalid_request', { reason: 'transfer-encoding', detail: 'Only chunked is understood.' })
}

const PLAIN_CONNECTION = /^(?:keep-alive|close|upgrade)$/i

function list(field: string, listed: Set<string> | undefined): Set<string> | undefined {
  if (field === 'keep-alive' || PLAIN_CONNECTION.test(field)) return listed
  const names = field.split(',').map((name) => name.trim().toLowerCase())
  return new Set([...(listed ?? []), ...names])
}

function withoutListed(kept: readonly string[], listed: ReadonlySet<string>, rules: HeaderRules): ForwardedHeaders {
  const left: string[] = []
  for (let index = 0; index < kept.length; index += 2) {
    const sent = kept[index] as string
    const { kind, name } = rules.of(sent)
    if (kind === 'pass' && listed.has(name)) continue
    left.push(sent, kept[index + 1] as string)
  }
  return new ForwardedHeaders(left, headerRecord(left))
}
