import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequestId } from '../../../lib/request/request-id.ts'

test('ids are random UUIDs, and none comes twice', () => {
  const ids = Array.from({ length: 10_000 }, createRequestId)
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(new Set(ids).size, ids.length)
})

test('every random digit takes every value', () => {
  const ids = Array.from({ length: 2_000 }, createRequestId)
  for (let index = 0; index < 36; index++) {
    const digits = new Set(ids.map((id) => id[index]))
    const expected = { 8: 1, 13: 1, 14: 1, 18: 1, 19: 4, 23: 1 }[index] ?? 16
    assert.equal(digits.size, expected, `at ${index}`)
  }
})
