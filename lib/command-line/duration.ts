const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 7 * 86_400, y: 365 * 86_400 }
const MAX_SECONDS = 100 * 365 * 86_400

export const DURATION_HELP = 'a number and a unit: s, m (minutes), h, d, w or y, such as 90d'

/** @returns seconds; `undefined` when the text is no time such as `90d`, or more than a hundred years */
export function parseDuration(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,10})([smhdwy])$/.exec(text) ?? (text === '0' ? ['', '0', 's'] : [])
  const seconds = Number(number) * (SECONDS[unit] ?? Number.NaN)
  return seconds <= MAX_SECONDS ? seconds : undefined
}

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** How far a time is from now, such as `in 3 months` or `4 days ago`. */
export function relative(epochSeconds: number, now: number): string {
  const distance = epochSeconds - now
  const [unit, seconds] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? ['second', 1]
  return unit === 'second'
    ? distance > 0
      ? 'in a moment'
      : 'just now'
    : words.format(Math.trunc(distance / seconds), unit)
}
