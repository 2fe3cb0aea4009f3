import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { emitWarning, rarely } from '../../lib/warning.ts'
import { testClock } from '../support/clock.ts'

test('a warning is one of the process', async () => {
  const warned = once(process, 'warning')
  emitWarning('something is odd')
  const [warning] = (await warned) as [Error]
  assert.deepEqual([warning.name, warning.message], ['GatewardenWarning', 'something is odd'])
})

test('of many warnings one a minute is passed on, and the first at once', () => {
  const clock = testClock()
  const told: string[] = []
  const warn = rarely((message) => void told.push(message), clock.now)
  for (let second = 0; second < 130; second++) {
    warn(`at ${second}`)
    clock.advance(1)
  }
  assert.deepEqual(told, ['at 0', 'at 60', 'at 120'])
})

test('a clock that is set back silences nothing', () => {
  const clock = testClock()
  const told: string[] = []
  const warn = rarely((message) => void told.push(message), clock.now)
  warn('before')
  clock.advance(-3_600)
  warn('after')
  assert.deepEqual(told, ['before', 'after'])
})
