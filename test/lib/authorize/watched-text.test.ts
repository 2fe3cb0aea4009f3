import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchText } from '../../../lib/authorize/watched-text.ts'
import { eventually } from '../../support/eventually.ts'
import { manualSchedule } from '../../support/manual-schedule.ts'

function watched(first: string) {
  const { schedule, delays, run } = manualSchedule()
  const told: (string | TypeError)[] = []
  let now: string | TypeError = first
  const read = async () => now
  const close = watchText({ read, first, everyMs: 5_000, settled: (found) => void told.push(found), schedule })
  return {
    told,
    delays,
    close,
    /** @returns how long until the next look */
    async look(found: string | TypeError = now) {
      now = found
      run()
      await eventually(() => assert.equal(delays().length, 1))
      return delays()[0]
    },
    run,
  }
}

test('what stays as it is is told', async () => {
  const { told, look } = watched('a')
  assert.equal(await look(), 5_000)
  assert.deepEqual(told, ['a'])
})

test('what has changed is told once it stays as it is, soon after', async () => {
  const { told, look } = watched('a')
  for (const part of ['', 'b', 'bc']) assert.equal(await look(part), 200)
  assert.deepEqual(told, [])
  assert.equal(await look(), 5_000)
  assert.deepEqual(told, ['bc'])
})

test('so is that there is none', async () => {
  const { told, look } = watched('a')
  assert.equal(await look(new TypeError('gone')), 200)
  assert.equal(await look(new TypeError('gone')), 5_000)
  assert.deepEqual(told.map(String), ['TypeError: gone'])
})

test('what is read when it has ended is told to nobody', async () => {
  const { told, delays, close, run } = watched('a')
  run()
  close()
  await new Promise(setImmediate)
  assert.deepEqual([told, delays()], [[], []])
})
