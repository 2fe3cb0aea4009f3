import type { IncomingMessage } from 'node:http'

export type CgiEnvironment = Readonly<Record<string, string>>

/**
 * The request's headers as a CGI program sees them (RFC 3875 §4.1.18). Every character that isn't a letter or digit
 * becomes `_` and the last value wins, so `X-User-ID`, `x_user_id` and `X.User.ID` are one variable: the trap that
 * a gateway in front has to know of.
 */
export function cgiEnvironment({ rawHeaders }: IncomingMessage): CgiEnvironment {
  const environment: Record<string, string> = {}
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    environment[`HTTP_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`] = rawHeaders[index + 1] ?? ''
  }
  return environment
}
