import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCalendar } from '../../../../lib/authorize/requirements/calendar.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const dayOf = (date: string) => Date.parse(`${date}T00:00Z`) / 86_400_000
const isOpen = (days: unknown, holidays: unknown, date: string) => compileCalendar(days, holidays)(dayOf(date))

test('days of the week', () => {
  const week = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29']
  for (const [index, name] of ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].entries()) {
    assert.deepEqual(
      week.filter((date) => isOpen([name], undefined, date)),
      [week[index]],
    )
  }
  assert.ok(isOpen(['mon'], undefined, '1969-12-29'))
})

test('holidays, of one year and of every year, a leap day among them', () => {
  const holidays = ['2026-12-25', '01-01', '02-29']
  for (const date of ['2026-12-25', '2026-01-01', '2030-01-01', '2028-02-29'])
    assert.ok(!isOpen(undefined, holidays, date), date)
  for (const date of ['2027-12-25', '2026-01-02', '2026-02-28', '2026-03-01'])
    assert.ok(isOpen(undefined, holidays, date), date)
})

test('what is no day and no date is refused', () => {
  for (const days of [[], ['monday'], ['Mon'], 'mon', ['mon', 'mon']])
    assertRefusedOption(() => compileCalendar(days, undefined), '"days"')
  for (const date of ['2026-02-29', '02-30', '13-01', '2026-1-1', '25.12.2026', '2026-12-25T00:00', '00-00', '']) {
    assertRefusedOption(() => compileCalendar(undefined, [date]), '"holidays"')
  }
})
