/** RFC 3339 §5.6, with its zone. */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i

export const TIME_IN_WORDS = 'a time in epoch seconds, or such as "2027-01-31T18:00:00Z"'

/** @returns epoch seconds; `undefined` when the value is neither those nor a time by RFC 3339 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? value : undefined
  const day = typeof value === 'string' ? DATE_TIME.exec(value)?.[1] : undefined
  // The 30th of February would be a day in March.
  if (day === undefined || !isDay(day)) return undefined
  const time = Date.parse((value as string).toUpperCase()) / 1000
  return Number.isFinite(time) && time > 0 ? time : undefined
}

function isDay(day: string): boolean {
  const date = new Date(day)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
