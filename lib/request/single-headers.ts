import { AuthError } from '../errors.ts'
import type { HeaderRules } from '../header-rules.ts'
import type { RawRequest } from '../request-view.ts'

export interface SingleHeaders {
  /** As sent; empty when there is none. */
  readonly host: string
  /** Lower-case names and values in turn. */
  readonly credentials: readonly string[]
}

/**
 * Of each credential, and of `Host`, one: Node.js keeps the first of two, another server the last.
 * `Authorization` counts even where no authenticator reads it.
 */
export function singleHeaders(raw: RawRequest, rules: HeaderRules): SingleHeaders | AuthError {
  let host: string | undefined
  let authorizations = 0
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
    } else if (kind === 'pass' && name === 'authorization' && ++authorizations > 1) {
      return twice('credential')
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
