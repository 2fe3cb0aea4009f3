import { assertStrings, invalidOption } from '../../options.ts'

/** Days of the week, as rules name them. */
export type DayName = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

/** In the order in which they come from 1970-01-01 on. */
const DAYS: readonly string[] = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed']
const DATE = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/
const MS_PER_DAY = 86_400_000

/** Whether a day, counted from 1970-01-01, is a working day. @throws TypeError for a name or date that is none */
export function compileCalendar(days: unknown, holidays: unknown): (day: number) => boolean {
  const open = days === undefined ? undefined : weekdaysIn(days)
  const closed = holidays === undefined ? undefined : datesIn(holidays)
  return (day) => (open?.has(((day % 7) + 7) % 7) ?? true) && !closed?.has(day)
}

function weekdaysIn(days: unknown): ReadonlySet<number> {
  assertStrings('routes', 'days', days)
  const numbers = days.map((name) => DAYS.indexOf(name))
  if (numbers.includes(-1))
    throw invalidOption('routes', '"days" holds what is none of mon, tue, wed, thu, fri, sat, sun')
  return new Set(numbers)
}

function datesIn(holidays: unknown): { has(day: number): boolean } {
  assertStrings('routes', 'holidays', holidays)
  const once = new Set<number>()
  const yearly = new Set<string>()
  for (const date of holidays) {
    const [, year, month = '', dayOfMonth = ''] = DATE.exec(date) ?? []
    // Any leap year will do for a date of every year.
    const day = Date.UTC(Number(year ?? 2000), Number(month) - 1, Number(dayOfMonth)) / MS_PER_DAY
    if (Number.isNaN(day) || monthAndDay(day) !== `${month}-${dayOfMonth}`) {
      throw invalidOption(
        'routes',
        `"holidays" holds "${date}", which is no date like 2026-12-25, or 12-25 for every year`,
      )
    }
    if (year === undefined) yearly.add(`${month}-${dayOfMonth}`)
    else once.add(day)
  }
  return { has: (day) => once.has(day) || (yearly.size > 0 && yearly.has(monthAndDay(day))) }
}

function monthAndDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(5, 10)
}
