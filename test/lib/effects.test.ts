import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLater, onceThere, systemClock, systemSchedule } from '../../lib/effects.ts'

test("the system's clock tells epoch seconds", (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_500 })
  assert.equal(systemClock(), 1_700_000_000.5)
})

test('a scheduled call comes when it is due, unless it is cancelled', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const calls: string[] = []
  systemSchedule(() => calls.push('kept'), 100)
  const cancel = systemSchedule(() => calls.push('cancelled'), 100)
  cancel()
  context.mock.timers.tick(99)
  assert.deepEqual(calls, [])
  context.mock.timers.tick(1)
  assert.deepEqual(calls, ['kept'])
})

test("an answer comes later when it has a then, whoever's promise it is", () => {
  // Written so, for an object that has a `then` is a trap to whoever awaits it.
  const having = (then: unknown) => Object.fromEntries([['then', then]])
  for (const later of [Promise.resolve(), having(() => undefined), Object.create(Promise.resolve())])
    assert.ok(isLater(later))
  for (const now of [undefined, null, 0, 'then', {}, having(true), () => undefined]) assert.ok(!isLater(now))
})

test('what follows an answer comes at once when the answer does', async () => {
  assert.equal(
    onceThere(1, (one) => one + 1),
    2,
  )
  const later = onceThere(Promise.resolve(1), (one) => one + 1)
  assert.ok(isLater(later))
  assert.equal(await later, 2)
  await assert.rejects(async () => onceThere(Promise.reject(new Error('no')), () => 1), /no/)
})
