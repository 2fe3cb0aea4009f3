import { invalidOption } from '../../options.ts'

/** What a wall clock and a calendar show. */
export interface LocalTime {
  /** Days since 1970-01-01, of the calendar. */
  readonly day: number
  /** Minutes since midnight, as the clock shows them: 02:30 comes twice, or never, when daylight saving changes. */
  readonly minute: number
}

/** The area and city of the zone database, or `UTC`. An offset such as `+02:00` knows no daylight saving. */
const ZONE = /^(?:UTC|[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)$/
const SECONDS_PER_MINUTE = 60
const MS_PER_DAY = 86_400_000

/**
 * Reads wall clocks of a time zone, by the zone database that Node.js has. @throws TypeError for what is no IANA zone
 */
export function wallClock(zone: unknown): (epochSeconds: number) => LocalTime {
  const format = formatOf(zone)
  let last = { minute: Number.NaN, shown: { day: 0, minute: 0 } }
  return (epochSeconds) => {
    // Offsets are whole minutes, so what is shown changes with the minute. To format is what costs.
    const minute = Math.floor(epochSeconds / SECONDS_PER_MINUTE)
    if (last.minute !== minute) last = { minute, shown: shownAt(format, minute * SECONDS_PER_MINUTE * 1000) }
    return last.shown
  }
}

function formatOf(zone: unknown): Intl.DateTimeFormat {
  const problem = `"zone" must be a time zone such as "Europe/Berlin" or "UTC", not ${JSON.stringify(zone)}`
  if (typeof zone !== 'string' || !ZONE.test(zone)) throw invalidOption('routes', problem)
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      ...{ calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    })
  } catch {
    throw invalidOption('routes', problem)
  }
}

/** @throws RangeError when the clock shows no time */
function shownAt(format: Intl.DateTimeFormat, epochMs: number): LocalTime {
  const shown = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? Number.NaN
  return {
    day: Date.UTC(part('year'), part('month') - 1, part('day')) / MS_PER_DAY,
    minute: part('hour') * 60 + part('minute'),
  }
}
