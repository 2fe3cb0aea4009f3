import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseTimestamp } from '../../../../lib/authenticate/hmac/timestamp.ts'

test('a timestamp is epoch seconds, with its fraction', () => {
  assert.equal(parseTimestamp('2023-11-14T22:13:20Z'), 1_700_000_000)
  assert.equal(parseTimestamp('2023-11-14T22:13:20.5Z'), 1_700_000_000.5)
  assert.equal(parseTimestamp('2024-02-29T00:00:00Z'), 1_709_164_800)
})

suite('no timestamp', () => {
  for (const text of [
    ...['', 'NaN', '1700000000', '1700000000000', 'Tue, 14 Nov 2023 22:13:20 GMT', '2023-11-14T22:13:20', '2023'],
    ...['+275760-09-13T00:00:00Z', '2023-02-30T00:00:00Z', '2023-02-29T00:00:00Z', '2023-11-14T24:00:00Z'],
    ...['2023-11-14T22:13:60Z', '2023-11-14T22:13:20+00:00', '2023-11-14t22:13:20z', '2023-11-14 22:13:20Z'],
    ...[
      '2023-11-14T22:13:20Z, 2023-11-14T22:13:20Z',
      ' 2023-11-14T22:13:20Z',
      '2023-11-14T22:13:20Z\n',
      '2023-11-14T22:13Z',
    ],
    ...['2023-13-01T00:00:00Z', '2023-11-14T22:13:20.Z', '2023-11-14T22:13:20.0000000001Z', '20231114T221320Z'],
  ]) {
    test(JSON.stringify(text), () => assert.equal(parseTimestamp(text), undefined))
  }
})
