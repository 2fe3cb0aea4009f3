import { parseDuration, relative } from './duration.ts'

const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

export const EXPIRY_HELP = 'a date (2027-01-31: from midnight UTC on), a time (2027-01-31T18:00:00Z) or from now (90d)'

/** @returns epoch seconds; `undefined` when the text is neither a date, nor a time with its zone, nor such as `90d` */
export function parseExpiry(text: string, now: number): number | undefined {
  const seconds = parseDuration(text)
  return seconds === undefined ? parseTime(text) : Math.floor(now) + seconds
}

export const TIME_HELP = 'now, a date (2026-11-24: its midnight UTC) or a time (2026-11-24T09:30:00Z)'

/** @returns epoch seconds; `undefined` when the text is neither a date, nor a time with its zone */
export function parseTime(text: string): number | undefined {
  const day = DATE.exec(text)?.[1]
  // The 30th of February would be a day in March.
  if (day === undefined || isoDate(Date.parse(day) / 1000) !== day) return undefined
  const time = Date.parse(text) / 1000
  return Number.isNaN(time) ? undefined : time
}

/** Such as `2027-01-31`. */
export function isoDate(epochSeconds: number): string {
  return isoTime(epochSeconds).slice(0, 10)
}

/** Such as `2027-01-31T18:00:00Z`. What no calendar reaches is shown as it is. */
export function isoTime(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000)
  return Number.isNaN(date.getTime()) ? String(epochSeconds) : date.toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** A date and how far it is. */
export function dateInWords(epochSeconds: number, now: number): string {
  return `${isoDate(epochSeconds)} (${relative(epochSeconds, now)})`
}

export function timeInWords(epochSeconds: number, now: number): string {
  return `${isoTime(epochSeconds)} (${relative(epochSeconds, now)})`
}
