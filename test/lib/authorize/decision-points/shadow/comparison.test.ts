import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Comparison } from '../../../../../lib/authorize/decision-points/shadow/comparison.ts'
import { verdictOfAnswer } from '../../../../../lib/authorize/decision-points/shadow/verdict.ts'
import { ALLOW, type Decision, deny } from '../../../../../lib/authorize/policy.ts'
import { eventually } from '../../../../support/eventually.ts'
import { manualSchedule } from '../../../../support/manual-schedule.ts'
import { principal } from '../../../../support/outcomes.ts'
import { requestView } from '../../../../support/request-view.ts'

const decided = {
  verdict: verdictOfAnswer('old', ALLOW),
  ...{ principal: principal(), request: requestView(), rule: undefined },
}

test('what is compared is counted, also when nobody listens', async () => {
  const { schedule, run } = manualSchedule()
  const comparison = new Comparison({ schedule, deadlineMs: 1_000, maxInFlight: 10 })
  for (const decision of [ALLOW, deny('no')]) comparison.compare(decided, { name: 'new', decide: () => decision })
  comparison.compare(decided, { name: 'new', decide: () => Promise.reject(new Error('down')) })
  run()
  await eventually(() => {
    assert.deepEqual(comparison.counts(), { agreed: 1, differed: 1, failed: 1, skipped: 0 })
  })
})

test('an answer after the deadline counts for nothing', async () => {
  const { schedule, run } = manualSchedule()
  const comparison = new Comparison({ schedule, deadlineMs: 1_000, maxInFlight: 10 })
  const { promise, resolve } = Promise.withResolvers<Decision>()
  comparison.compare(decided, { name: 'new', decide: () => promise })
  run()
  run()
  await eventually(() => assert.equal(comparison.counts().failed, 1))
  resolve(ALLOW)
  await promise
  comparison.compare(decided, { name: 'new', decide: () => ALLOW })
  run()
  await eventually(() => {
    assert.deepEqual(comparison.counts(), { agreed: 1, differed: 0, failed: 1, skipped: 0 })
  })
})
