import { AuthError } from '../errors.ts'
import type { HeaderRules } from '../header-rules.ts'
import type { RawRequest } from '../request-view.ts'

export interface SingleHeaders {
  /** As sent; empty when there is none. */
  readonly host: string
  /** By lower-case name. */
  readonly credentials: ReadonlyMap<string, string>
}

const NO_CREDENTIALS: ReadonlyMap<string, string> = new Map()

/**
 * Of each credential, and of `Host`, one: Node.js keeps the first of two, another server the last.
 * `Authorization` counts even where no authenticator reads it.
 */
export function singleHeaders(raw: RawRequest, rules: HeaderRules): SingleHeaders | AuthError {
  let host: string | undefined
  let authorizations = 0
  let credentials: Map<string, string> | undefined
  for (let index = 0; index < raw.rawHeaders.length; index += 2) {
    const value = raw.rawHeaders[index + 1] as string
    const { kind, name } = rules.of(raw.rawHeaders[index] as string)
    if (kind === 'credential') {
      credentials ??= new Map()
      if (credentials.has(name)) return twice('credential')
      credentials.set(name, value)
    } else if (kind === 'host') {
      if (host !== undefined) return twice('Host')
      host = value
    } else if (kind === 'framing' && name === 'transfer-encoding' && value.toLowerCase() !== 'chunked') {
      return new AuthError('invalid_request', { reason: 'transfer-encoding', detail: 'Only chunked is understood.' })
    } else if (kind === 'pass' && name === 'authorization' && ++authorizations > 1) {
      return twice('credential')
    }
  }
  return { host: host ?? '', credentials: credentials ?? NO_CREDENTIALS }
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
