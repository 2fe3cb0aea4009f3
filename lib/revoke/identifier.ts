const MAX_LENGTH = 1024
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL_CHARACTERS = /[\x00-\x1f\x7f-\x9f]/

/** Whether a value can name a token, a session, a subject, a client or an issuer: no list takes longer ones. */
export function isIdentifier(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_LENGTH &&
    value.isWellFormed() &&
    !CONTROL_CHARACTERS.test(value)
  )
}
