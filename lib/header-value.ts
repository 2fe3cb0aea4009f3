/** Printable ASCII that no parser trims. */
const TEXT = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** What one of our headers holds at most. */
export const MAX_VALUE_LENGTH = 4096

/** Whether one of our headers can say it, to every server the same. */
export function isHeaderValue(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_VALUE_LENGTH && TEXT.test(value)
}
