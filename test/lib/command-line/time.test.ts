import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateInWords, EXPIRY_HELP, isoDate, isoTime, parseExpiry, timeInWords } from '../../../lib/command-line/time.ts'

const NOW = 1_764_000_000.5

test('an expiry is a date, a time with its zone, or a distance from now', () => {
  assert.equal(parseExpiry('2027-01-31', NOW), Date.UTC(2027, 0, 31) / 1000)
  assert.equal(parseExpiry('2027-01-31T18:00:00Z', NOW), Date.UTC(2027, 0, 31, 18) / 1000)
  assert.equal(parseExpiry('2027-01-31T18:00+02:00', NOW), Date.UTC(2027, 0, 31, 16) / 1000)
  assert.equal(parseExpiry('90d', NOW), 1_764_000_000 + 90 * 86_400)
})

test('a day that no calendar has, and a time without a zone, are none', () => {
  const texts = [
    '2027-02-30',
    '2027-13-01',
    '2027-1-1',
    '31.01.2027',
    '2027-01-31T18:00:00',
    '2027-01-31T25:00Z',
    'soon',
    '',
  ]
  for (const text of texts) assert.equal(parseExpiry(text, NOW), undefined, text)
})

test('the examples of the help can be read', () => {
  for (const [, example = ''] of EXPIRY_HELP.matchAll(/\((\d[\w:-]*\w)/g)) assert.ok(parseExpiry(example, NOW), example)
})

test('times are shown as ISO dates and in words', () => {
  assert.equal(isoDate(NOW), '2025-11-24')
  assert.equal(isoTime(NOW), '2025-11-24T16:00:00Z')
  assert.equal(dateInWords(NOW - 90_000, NOW), '2025-11-23 (1 day ago)')
  assert.equal(timeInWords(NOW + 90_000, NOW), '2025-11-25T17:00:00Z (in 1 day)')
})

test('a time that no calendar reaches breaks nothing', () => {
  assert.equal(isoTime(1e18), '1000000000000000000')
  assert.match(dateInWords(1e300, NOW), /^1e\+300/)
})
