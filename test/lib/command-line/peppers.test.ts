import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peppersOf } from '../../../lib/command-line/peppers.ts'

const bytes = (fill: number, size = 32) => Buffer.alloc(size, fill)

test('peppers are base64, newest first', () => {
  const text = `${bytes(1).toString('base64')}, ${bytes(2, 48).toString('base64')}`
  assert.deepEqual(
    peppersOf(text).map((pepper) => Buffer.from(pepper)),
    [bytes(1), bytes(2, 48)],
  )
})

test('nothing set is no pepper', () => {
  for (const text of [undefined, '', ' ']) assert.deepEqual(peppersOf(text), [])
})

test('a short or unreadable one is refused by its place, and not shown', () => {
  for (const bad of [bytes(7, 31).toString('base64'), 'not base64, nor long', `${bytes(1).toString('base64')},`]) {
    assert.throws(
      () => peppersOf(bad),
      (error: Error) => /secret [12] is no base64 of 32 bytes/.test(error.message) && !error.message.includes(bad),
    )
  }
})
