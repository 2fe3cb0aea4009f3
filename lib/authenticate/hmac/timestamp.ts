/** RFC 3339, in UTC and spelled with `Z`: one spelling of a time zone is enough to get right. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/

/** Epoch seconds; `undefined` for anything that is no timestamp, or no such day or hour. */
export function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text)
  if (!match) return undefined
  const milliseconds = Date.parse(text)
  // A parser may take the 30th of February for a day of March.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(match[1] as string))
    return undefined
  return milliseconds / 1000
}
