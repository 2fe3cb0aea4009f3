import { type Clock, systemClock } from '../../effects.ts'
import { assertKnownKeys, assertStrings, invalidOption } from '../../options.ts'
import { compileCalendar, type DayName } from './calendar.ts'
import type { Fact } from './fact.ts'
import { type LocalTime, wallClock } from './local-time.ts'

/** Hours of a week, by the clocks of a place. */
export interface OpeningTimes {
  /** A time zone of the IANA database, such as `Europe/Berlin`, or `UTC`. There is no default. */
  readonly zone: string
  /** Default: every day. */
  readonly days?: readonly DayName[]
  /**
   * From a minute to the one it ends before: `09:00-17:30`. One that ends before it starts goes over midnight, and belongs
   * to the day that it starts on. Default: the whole day.
   */
  readonly hours?: string | readonly string[]
  /** Days on which nothing opens: `2026-12-25`, or `12-25` for every year. */
  readonly holidays?: readonly string[]
}

/** Of several, any is enough. */
export type Times = OpeningTimes | readonly OpeningTimes[]

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/
const MINUTES_PER_DAY = 24 * 60

/** When a route is open. @throws TypeError for times without a zone, or that nobody can read */
export function timeFact(times: unknown, now: Clock = systemClock): Fact {
  const list = Array.isArray(times) ? times : [times]
  if (list.length === 0) throw invalidOption('routes', '"times" must hold at least one')
  const openings = list.map(compileOpening)
  return {
    name: `times ${list.map(inWords).join(' or ')}`,
    reason: 'time',
    holds() {
      const at = now()
      return openings.some((isOpen) => isOpen(at))
    },
  }
}

function inWords({ zone, days = [], hours = [], holidays }: OpeningTimes): string {
  const closed = holidays ? 'without holidays' : ''
  return [...days, ...[hours].flat(), closed, zone].filter((word) => word !== '').join(' ')
}

function compileOpening(times: OpeningTimes): (epochSeconds: number) => boolean {
  assertKnownKeys('routes.times', times, ['zone', 'days', 'hours', 'holidays'])
  const { zone, days, hours, holidays } = times
  const shownAt = wallClock(zone)
  if (days === undefined && hours === undefined && holidays === undefined) {
    throw invalidOption('routes', '"times" asks for nothing; say days, hours or holidays')
  }
  const opensOn = compileCalendar(days, holidays)
  const windows = windowsIn(hours === undefined ? ['00:00-24:00'] : typeof hours === 'string' ? [hours] : hours)
  return (epochSeconds) => {
    const shown = shownAt(epochSeconds)
    return windows.some((window) => isWithin(window, shown, opensOn))
  }
}

interface Window {
  readonly from: number
  readonly to: number
}

function isWithin({ from, to }: Window, { day, minute }: LocalTime, opensOn: (day: number) => boolean): boolean {
  if (from < to) return minute >= from && minute < to && opensOn(day)
  return (minute >= from && opensOn(day)) || (minute < to && opensOn(day - 1))
}

function windowsIn(hours: unknown): readonly Window[] {
  assertStrings('routes', 'hours', hours)
  return hours.map((text) => {
    const [from = 0, fromMinute = 0, to = 0, toMinute = 0] = HOURS.exec(text)?.slice(1).map(Number) ?? []
    const window = { from: from * 60 + fromMinute, to: to * 60 + toMinute }
    if (window.from === window.to || window.to > MINUTES_PER_DAY) {
      throw invalidOption('routes', `"hours" holds "${text}"; hours are like 09:00-17:30, or 22:00-06:00 over midnight`)
    }
    return window
  })
}
