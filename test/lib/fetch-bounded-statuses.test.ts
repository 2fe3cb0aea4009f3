import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { fetchBounded } from '../../lib/fetch-bounded.ts'

const { signal } = new AbortController()
const answered = (response: Response, statuses?: readonly number[]) =>
  fetchBounded(
    'some server',
    'https://a.test',
    {},
    {
      ...{ fetch: async () => response, signal, maxBytes: 100 },
      ...(statuses && { statuses }),
    },
  )

test('only the statuses that are wanted are read, 200 unless it is said', async () => {
  assert.partialDeepStrictEqual(await answered(new Response('a')), { status: 200, text: 'a' })
  await assert.rejects(answered(new Response('a', { status: 400 })), { status: 400 })
  assert.partialDeepStrictEqual(await answered(new Response('a', { status: 400 }), [200, 400]), {
    status: 400,
    text: 'a',
  })
  await assert.rejects(answered(new Response('a'), [400]), { status: 200 })
  await assert.rejects(answered(new Response('a'.repeat(101), { status: 400 }), [400]), { status: undefined })
})

suite('a wait that is told as a date', () => {
  const DATE = 'Tue, 14 Nov 2023 22:13:20 GMT'
  const waits: readonly (readonly [string, string | undefined, number | undefined])[] = [
    ['Tue, 14 Nov 2023 22:14:00 GMT', DATE, 40],
    [DATE, DATE, 0],
    ['Tue, 14 Nov 2023 22:13:19 GMT', DATE, undefined],
    ['Tue, 14 Nov 2023 22:14:00 GMT', undefined, undefined],
    ['Tue, 14 Nov 2023 22:14:00 GMT', 'now', undefined],
    ['2099-01-01', DATE, undefined],
    ['tomorrow', DATE, undefined],
    ['+5', DATE, undefined],
    ['-1', DATE, undefined],
  ]
  for (const [field, date, seconds] of waits) {
    test(`${field} at ${date}: ${seconds}`, async () => {
      const headers = { 'retry-after': field, ...(date !== undefined && { date }) }
      await assert.rejects(answered(new Response('', { status: 503, headers })), { retryAfterSeconds: seconds })
    })
  }
})
