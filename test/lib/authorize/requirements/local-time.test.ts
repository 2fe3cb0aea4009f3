import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { wallClock } from '../../../../lib/authorize/requirements/local-time.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

function shown(zone: string, instant: string): string {
  const { day, minute } = wallClock(zone)(Date.parse(instant) / 1000)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${new Date(day * 86_400_000).toISOString().slice(0, 10)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

suite('what clocks show, by the zone database', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['UTC', '2026-11-24T23:59:59.999Z', '2026-11-24 23:59'],
    ['UTC', '2028-02-29T00:00Z', '2028-02-29 00:00'],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29 01:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29 03:00'],
    ['Europe/Berlin', '2026-10-25T00:30Z', '2026-10-25 02:30'],
    ['Europe/Berlin', '2026-10-25T01:30Z', '2026-10-25 02:30'],
    ['Europe/Berlin', '2026-12-31T23:00Z', '2027-01-01 00:00'],
    ['America/New_York', '2026-03-08T06:59Z', '2026-03-08 01:59'],
    ['America/New_York', '2026-03-08T07:00Z', '2026-03-08 03:00'],
    ['America/Sao_Paulo', '2018-11-04T02:59Z', '2018-11-03 23:59'],
    ['America/Sao_Paulo', '2018-11-04T03:00Z', '2018-11-04 01:00'],
    ['America/Sao_Paulo', '2019-06-04T03:00Z', '2019-06-04 00:00'],
    ['Asia/Kathmandu', '2026-01-01T18:15Z', '2026-01-02 00:00'],
    ['Australia/Lord_Howe', '2026-10-03T15:29Z', '2026-10-04 01:59'],
    ['Australia/Lord_Howe', '2026-10-03T15:30Z', '2026-10-04 02:30'],
    ['Pacific/Apia', '2011-12-30T09:59Z', '2011-12-29 23:59'],
    ['Pacific/Apia', '2011-12-30T10:00Z', '2011-12-31 00:00'],
    ['Africa/Casablanca', '2026-02-15T01:59Z', '2026-02-15 02:59'],
  ]
  for (const [zone, instant, expected] of cases) {
    test(`${zone} at ${instant}: ${expected}`, () => assert.equal(shown(zone, instant), expected))
  }
})

test('a clock that jumps, back too, is followed', () => {
  const shownAt = wallClock('UTC')
  for (const [second, minute] of [
    [0, 0],
    [59.9, 0],
    [60, 1],
    [30, 0],
    [3_600, 60],
    [0, 0],
  ] as const) {
    assert.equal(shownAt(second).minute, minute)
  }
})

test('a clock that shows no time decides nothing', () => {
  for (const time of [Number.NaN, Infinity]) assert.throws(() => wallClock('UTC')(time), RangeError)
})

test('what is no IANA zone is refused', () => {
  for (const zone of [undefined, '', 'local', '+02:00', 'Europe/Atlantis', 'CEST', 'Berlin', 1, 'europe berlin']) {
    assertRefusedOption(() => wallClock(zone), '"zone"', 'Europe/Berlin')
  }
})
