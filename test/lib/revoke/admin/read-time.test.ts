import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTime } from '../../../../lib/revoke/admin/read-time.ts'

test('a time is epoch seconds, or RFC 3339', () => {
  const times: readonly (readonly [unknown, number])[] = [
    [1_700_000_000, 1_700_000_000],
    [1_700_000_000.5, 1_700_000_000.5],
    ['2023-11-14T22:13:20Z', 1_700_000_000],
    ['2023-11-14T22:13:20.5z', 1_700_000_000.5],
    ['2023-11-15T00:13:20+02:00', 1_700_000_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800],
  ]
  for (const [value, time] of times) assert.equal(readTime(value), time, String(value))
})

test('nothing else is', () => {
  const others = [
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, true, null, undefined, [], {}, '', '1700000000', 'now'],
    ...['2023-11-14', '2023-11-14T22:13:20', '2023-11-14 22:13:20Z', '2023-02-30T00:00:00Z', '2023-13-01T00:00:00Z'],
    ...['2023-11-14T25:00:00Z', '1969-12-31T23:59:59Z', 'Tue, 14 Nov 2023 22:13:20 GMT'],
  ]
  for (const value of others) assert.equal(readTime(value), undefined, String(value))
})
