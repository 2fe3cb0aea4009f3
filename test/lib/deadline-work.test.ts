import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withinDeadline } from '../../lib/deadline.ts'
import { DependencyError } from '../../lib/errors.ts'

test('work that is done in time is done, and its signal says so to what it left behind', async () => {
  let signal: AbortSignal | undefined
  const answer = await withinDeadline('store', 60_000, async (given) => {
    signal = given
    assert.ok(!given.aborted)
    return 'x'
  })
  assert.equal(answer, 'x')
  assert.ok(signal?.aborted)
})

test('work that takes too long is given up: its signal is aborted with the deadline', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let signal: AbortSignal | undefined
  const answer = withinDeadline('store', 100, (given) => {
    signal = given
    return new Promise(() => undefined)
  })
  const refused = assert.rejects(
    answer,
    (error) => error instanceof DependencyError && error.message === 'store: gave no answer within 100 ms',
  )
  context.mock.timers.tick(99)
  assert.equal(signal?.aborted, false)
  context.mock.timers.tick(1)
  await refused
  assert.ok(signal?.aborted)
})

test('work that fails, at once or later, is aborted, and its failure is the failure', async () => {
  const failure = new Error('down')
  const signals: AbortSignal[] = []
  const works = [
    (signal: AbortSignal): Promise<never> => {
      signals.push(signal)
      throw failure
    },
    async (signal: AbortSignal): Promise<never> => {
      signals.push(signal)
      throw failure
    },
  ]
  for (const work of works) await assert.rejects(withinDeadline('store', 60_000, work), failure)
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  )
})
