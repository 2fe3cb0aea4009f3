import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { timeFact } from '../../../../lib/authorize/requirements/times.ts'
import { principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const isOpen = (times: unknown, instant: string) =>
  timeFact(times, () => Date.parse(instant) / 1000).holds(principal(), requestView())

/** The minutes of a stretch in which it is open. */
function openMinutes(times: unknown, from: string, to: string): number {
  let at = Date.parse(from) / 1000
  const fact = timeFact(times, () => at)
  let minutes = 0
  for (; at < Date.parse(to) / 1000; at += 60) if (fact.holds(principal(), requestView())) minutes++
  return minutes
}

const OFFICE = {
  zone: 'Europe/Berlin',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  hours: '09:00-17:30',
  holidays: ['12-25'],
}
/** From Friday evening to Saturday morning. */
const NIGHT = { zone: 'Europe/Berlin', days: ['fri'], hours: '22:00-06:00' }

suite('open', () => {
  const cases: readonly (readonly [string, unknown, string, boolean])[] = [
    ['from its first minute', OFFICE, '2026-11-24T08:00Z', true],
    ['not before', OFFICE, '2026-11-24T07:59:59.999Z', false],
    ['until its end', OFFICE, '2026-11-24T16:29:59.999Z', true],
    ['not in the minute that it ends before', OFFICE, '2026-11-24T16:30Z', false],
    ['not on a Sunday', OFFICE, '2026-11-29T10:00Z', false],
    ['not on a holiday', OFFICE, '2026-12-25T10:00Z', false],
    ['an hour earlier in summer, seen from UTC', OFFICE, '2026-07-01T07:00Z', true],
    ['an hour later in winter', OFFICE, '2026-12-01T07:00Z', false],
    ['in the evening', NIGHT, '2026-11-27T21:00Z', true],
    ['after midnight, though that is another day', NIGHT, '2026-11-28T04:59Z', true],
    ['no longer in the morning', NIGHT, '2026-11-28T05:00Z', false],
    ['not in the evening of that other day', NIGHT, '2026-11-28T22:00Z', false],
    ['not in the morning of the day itself', NIGHT, '2026-11-27T01:00Z', false],
    [
      'to the end of a night that begins before a holiday',
      { ...NIGHT, holidays: ['2026-11-28'] },
      '2026-11-28T04:00Z',
      true,
    ],
    ['no night that begins on a holiday', { ...NIGHT, holidays: ['2026-11-27'] }, '2026-11-28T04:00Z', false],
    ['in any of several hours', { zone: 'UTC', hours: ['08:00-12:00', '13:00-17:00'] }, '2026-11-24T13:00Z', true],
    ['not between them', { zone: 'UTC', hours: ['08:00-12:00', '13:00-17:00'] }, '2026-11-24T12:00Z', false],
    ['in any of several times', [OFFICE, { zone: 'UTC', days: ['sun'] }], '2026-11-29T10:00Z', true],
    ['to the end of a day', { zone: 'UTC', hours: '20:00-24:00' }, '2026-11-24T23:59Z', true],
    ['on a leap day', { zone: 'UTC', days: ['tue'] }, '2028-02-29T12:00Z', true],
  ]
  for (const [title, times, instant, expected] of cases)
    test(title, () => assert.equal(isOpen(times, instant), expected))
})

suite('daylight saving, by the zone database', () => {
  const night = ['2026-03-28T12:00Z', '2026-03-29T12:00Z', '2026-10-24T12:00Z', '2026-10-25T12:00Z'] as const
  test('a night that loses an hour is shorter, one that gains it is longer', () => {
    const times = { zone: 'Europe/Berlin', hours: '22:00-06:00' }
    assert.equal(openMinutes(times, night[0], night[1]), 7 * 60)
    assert.equal(openMinutes(times, night[2], night[3]), 9 * 60)
    assert.equal(openMinutes(times, '2026-06-01T12:00Z', '2026-06-02T12:00Z'), 8 * 60)
  })
  test('an hour that clocks leave out is never; one that they show twice is twice', () => {
    const times = { zone: 'Europe/Berlin', hours: '02:00-03:00' }
    assert.equal(openMinutes(times, night[0], night[1]), 0)
    assert.equal(openMinutes(times, night[2], night[3]), 120)
  })
  test('where it changes by half an hour', () => {
    const times = { zone: 'Australia/Lord_Howe', hours: '02:00-03:00' }
    assert.equal(openMinutes(times, '2026-10-03T12:00Z', '2026-10-04T12:00Z'), 30)
  })
  test('where it changes at midnight', () => {
    const times = { zone: 'America/Sao_Paulo', days: ['sun'], hours: '00:00-02:00' }
    assert.equal(openMinutes(times, '2018-11-03T12:00Z', '2018-11-04T12:00Z'), 60)
  })
})

/** Hours that clocks leave out, or show twice, and days that a calendar leaves out: how long it is open, in minutes. */
suite('odd days of the zone database', () => {
  const cases: readonly (readonly [string, object, from: string, to: string, minutes: number])[] = [
    [
      'New York, the hour left out',
      { zone: 'America/New_York', hours: '02:00-03:00' },
      '2026-03-08T00:00Z',
      '2026-03-09T00:00Z',
      0,
    ],
    [
      'New York, the hour shown twice',
      { zone: 'America/New_York', hours: '01:00-02:00' },
      '2026-11-01T00:00Z',
      '2026-11-02T00:00Z',
      120,
    ],
    [
      'New York, a night that loses an hour',
      { zone: 'America/New_York', hours: '22:00-06:00' },
      '2026-03-07T17:00Z',
      '2026-03-08T17:00Z',
      420,
    ],
    [
      'New York, a night that gains one',
      { zone: 'America/New_York', hours: '22:00-06:00' },
      '2026-10-31T16:00Z',
      '2026-11-01T16:00Z',
      540,
    ],
    [
      'Lord Howe, a night that loses half an hour',
      { zone: 'Australia/Lord_Howe', hours: '22:00-06:00' },
      '2026-10-03T02:00Z',
      '2026-10-04T02:00Z',
      450,
    ],
    [
      'Lord Howe, a night that gains half an hour',
      { zone: 'Australia/Lord_Howe', hours: '22:00-06:00' },
      '2026-04-04T02:00Z',
      '2026-04-05T02:00Z',
      510,
    ],
    [
      'Lord Howe, a window inside what is left out',
      { zone: 'Australia/Lord_Howe', hours: '02:00-02:30' },
      '2026-10-03T02:00Z',
      '2026-10-04T02:00Z',
      0,
    ],
    ['Apia, the day left out', { zone: 'Pacific/Apia', days: ['fri'] }, '2011-12-29T12:00Z', '2012-01-01T00:00Z', 0],
    [
      'Apia, as a holiday that never came',
      { zone: 'Pacific/Apia', holidays: ['2011-12-30'] },
      '2011-12-29T10:00Z',
      '2011-12-31T10:00Z',
      2_880,
    ],
    [
      'Apia, the night before belongs to no Friday',
      { zone: 'Pacific/Apia', days: ['thu'], hours: '22:00-06:00' },
      '2011-12-30T00:00Z',
      '2011-12-31T00:00Z',
      120,
    ],
    [
      'Apia, every night goes on',
      { zone: 'Pacific/Apia', hours: '22:00-06:00' },
      '2011-12-30T00:00Z',
      '2011-12-31T00:00Z',
      480,
    ],
    [
      'Berlin, a Sunday of 23 hours',
      { zone: 'Europe/Berlin', days: ['sun'] },
      '2026-03-28T00:00Z',
      '2026-03-31T00:00Z',
      23 * 60,
    ],
    [
      'Berlin, a Sunday of 25 hours',
      { zone: 'Europe/Berlin', days: ['sun'] },
      '2026-10-24T00:00Z',
      '2026-10-27T00:00Z',
      25 * 60,
    ],
    [
      'Casablanca, which sets its clocks back for Ramadan',
      { zone: 'Africa/Casablanca', hours: '02:00-03:00' },
      '2026-02-14T12:00Z',
      '2026-02-15T12:00Z',
      120,
    ],
    [
      'Kathmandu, in quarters of an hour',
      { zone: 'Asia/Kathmandu', hours: '09:00-17:00' },
      '2026-06-01T00:00Z',
      '2026-06-02T00:00Z',
      480,
    ],
  ]
  for (const [title, times, from, to, minutes] of cases) {
    test(title, () => assert.equal(openMinutes(times, from, to), minutes))
  }
})

test('the clock is read at every request', () => {
  let at = Date.parse('2026-11-24T07:59Z') / 1000
  const fact = timeFact(OFFICE, () => at)
  assert.equal(fact.holds(principal(), requestView()), false)
  at += 60
  assert.equal(fact.holds(principal(), requestView()), true)
})

test('in words', () =>
  assert.equal(
    timeFact([NIGHT, OFFICE]).name,
    'times fri 22:00-06:00 Europe/Berlin or mon tue wed thu fri 09:00-17:30 without holidays Europe/Berlin',
  ))

suite('refused', () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [{ hours: '09:00-17:00' }, '"zone"'],
    [{ zone: 'UTC' }, 'asks for nothing'],
    [{ zone: 'UTC', hour: '09:00-17:00' }, 'Did you mean "hours"?'],
    [[], '"times"'],
    ['09:00-17:00', 'object'],
    ...[
      '9-17',
      '09:00',
      '09:00-09:00',
      '24:00-06:00',
      '09:00-24:01',
      '09:60-10:00',
      '25:00-26:00',
      '09:00 - 17:00',
    ].map((hours) => [{ zone: 'UTC', hours }, '"hours"'] as const),
    [{ zone: 'UTC', hours: [] }, '"hours"'],
    [{ zone: 'UTC', days: ['monday'] }, '"days"'],
    [{ zone: 'UTC', holidays: ['2026-02-30'] }, '"holidays"'],
  ]
  for (const [times, word] of refused)
    test(JSON.stringify(times), () => assertRefusedOption(() => timeFact(times), word))
})
