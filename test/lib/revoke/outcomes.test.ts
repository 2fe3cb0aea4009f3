import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberedOutcomes } from '../../../lib/revoke/outcomes.ts'

function counted(max = 10) {
  const once = rememberedOutcomes<number>(max)
  let count = 0
  const ask = (...id: readonly unknown[]) => once(id, async () => ++count)
  return { once, ask }
}

test('work is done once, also when it is asked for twice at once', async () => {
  const { ask } = counted()
  const [first, second] = [ask('a'), ask('a')]
  assert.deepEqual([first.isFirst, second.isFirst], [true, false])
  assert.deepEqual([await first.outcome, await second.outcome, await ask('a').outcome], [1, 1, 1])
})

test('ids that read alike when they are joined are two', async () => {
  const { ask } = counted()
  assert.deepEqual([await ask('a', 'b').outcome, await ask('ab').outcome, await ask('a', 'b').outcome], [1, 2, 1])
})

test('a failure is that of everybody who shares it, and is tried again', async () => {
  const { once } = counted()
  const fail = () => once(['a'], () => Promise.reject(new Error('down'))).outcome
  await Promise.all([assert.rejects(fail(), /down/), assert.rejects(fail(), /down/)])
  assert.equal(await once(['a'], async () => 7).outcome, 7)
})

test('what is remembered is bounded: the oldest is done again', async () => {
  const { ask } = counted(2)
  for (const id of ['a', 'b', 'c']) await ask(id).outcome
  assert.deepEqual([ask('b').isFirst, ask('a').isFirst], [false, true])
})
