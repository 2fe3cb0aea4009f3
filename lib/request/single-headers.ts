import { AuthError } from '../errors.ts'
import type { HeaderKind, HeaderRules } from '../header-rules.ts'
import type { RawRequest } from '../request-view.ts'

export interface SingleHeaders {
  /** As sent; empty when there is none. */
  readonly host: string
  /** Lower-case names and values in turn. */
  readonly credentials: readonly string[]
}

/**
 * Of each credential, of `Host` and of `Content-Type`, one: Node.js keeps the first of two, another server the last.
 * `Authorization` counts even where no authenticator reads it.
 */
export function singleHeaders(raw: RawRequest, rules: HeaderRules): SingleHeaders | AuthError {
  let host: string | undefined
  const seen: string[] = []
  const credentials: string[] = []
  for (let index = 0; index < raw.rawHeaders.length; index += 2) {
    const value = raw.rawHeaders[index + 1] as string
    const { kind, name } = rules.of(raw.rawHeaders[index] as string)
    if (kind === 'credential') {
      if (credentialIn(credentials, name) !== undefined) return twice('credential')
      credentials.push(name, value)
    } else if (kind === 'host') {
      if (host !== undefined) return twice('Host')
      host = value
    } else if (kind === 'framing' && name === 'transfer-encoding' && value.toLowerCase() !== 'chunked') {
      return new AuthError('invalid_request', { reason: 'transfer-encoding', detail: 'Only chunked is understood.' })
    } else if (isRepeated(kind, name, seen)) {
      return twice(name === 'authorization' ? 'credential' : 'Content-Type')
    }
  }
  return { host: host ?? '', credentials }
}

/** Of names and values in turn, the value of a name. There are one or two, and no map is quicker. */
export function credentialIn(credentials: readonly string[], name: string): string | undefined {
  for (let index = 0; index < credentials.length; index += 2) {
    if (credentials[index] === name) return credentials[index + 1]
  }
  return undefined
}

function isRepeated(kind: HeaderKind, name: string, seen: string[]): boolean {
  if (kind !== 'pass' || (name !== 'authorization' && name !== 'content-type')) return false
  return seen.includes(name) || seen.push(name) === 0
}

function twice(what: string): AuthError {
  return new AuthError('invalid_request', { reason: `two ${what} headers`, detail: `A ${what} header occurs twice.` })
}

/** Whether a header was sent, by its lower-case name. */
export function hasHeader({ rawHeaders }: Pick<RawRequest, 'rawHeaders'>, name: string): boolean {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] as string
    if (sent.length === name.length && sent.toLowerCase() === name) return true
  }
  return false
}
