import { isToken } from './header-name.ts'

/** One entry of `WWW-Authenticate`: a scheme and its parameters (RFC 9110 §11.3, §11.6.1). */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
  /** What else a 401 that offers it says in its header, by lower-case name, such as `accept-signature` (RFC 9421 §5.1). */
  readonly answerHeaders?: Readonly<Record<string, string>>
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

/**
 * Makes a challenge; every parameter is sent as a quoted-string.
 * @throws TypeError when the scheme or a name is no token, or a value cannot be quoted (RFC 9110 §5.6.2, §5.6.4)
 */
export function createChallenge(
  scheme: string,
  parameters: Readonly<Record<string, string>> = {},
  answerHeaders?: Readonly<Record<string, string>>,
): Challenge {
  if (!isToken(scheme)) throw new TypeError('challenge: the scheme must be a token')
  for (const [name, value] of Object.entries(parameters)) {
    if (!isToken(name)) throw new TypeError('challenge: a parameter name must be a token')
    if (typeof value !== 'string' || !PRINTABLE_ASCII.test(value))
      throw new TypeError(`challenge: "${name}" must be printable ASCII`)
  }
  return Object.freeze({
    scheme,
    parameters: Object.freeze({ ...parameters }),
    ...(answerHeaders && { answerHeaders: Object.freeze({ ...answerHeaders }) }),
  })
}

export function formatChallenge({ scheme, parameters }: Challenge): string {
  const list = Object.entries(parameters).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
  return list.length === 0 ? scheme : `${scheme} ${list.join(', ')}`
}

/** The field value for several challenges, in the order of the list. */
export function formatChallenges(challenges: readonly Challenge[]): string {
  return challenges.map(formatChallenge).join(', ')
}
