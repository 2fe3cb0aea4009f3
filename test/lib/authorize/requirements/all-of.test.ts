import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALLOW, type Decision, deny, type Policy } from '../../../../lib/authorize/policy.ts'
import { everyPolicy } from '../../../../lib/authorize/requirements/all-of.ts'
import type { Awaitable } from '../../../../lib/effects.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'

function asked(answers: readonly (() => Awaitable<Decision>)[]) {
  const order: number[] = []
  const policies = answers.map(
    (answer, index): Policy => ({
      name: `p${index}`,
      decide() {
        order.push(index)
        return answer()
      },
    }),
  )
  return {
    order,
    policy: everyPolicy(policies),
    decide: () => everyPolicy(policies).decide(principal(), requestView()),
  }
}
const yes = () => ALLOW
const no = () => deny('no')
const later = (decision: Decision) => async () => decision

test('all must allow; the first that refuses decides, and no other is asked', async () => {
  assert.equal(atOnce(asked([yes, yes]).decide()).allow, true)
  const { order, decide } = asked([yes, no, yes])
  assert.equal(atOnce(decide()).allow, false)
  assert.deepEqual(order, [0, 1])
})

test('the same when one answers later', async () => {
  assert.equal((await asked([yes, later(ALLOW), yes, later(ALLOW)]).decide()).allow, true)
  for (const [answers, reached] of [
    [[later(deny('no')), yes], [0]],
    [
      [later(ALLOW), no, yes],
      [0, 1],
    ],
    [
      [yes, later(ALLOW), later(deny('no')), yes],
      [0, 1, 2],
    ],
  ] as const) {
    const { order, decide } = asked(answers)
    assert.equal((await decide()).allow, false)
    assert.deepEqual(order, reached)
  }
})

test('one that fails decides nothing', async () => {
  const fails = () => {
    throw new Error('down')
  }
  assert.throws(() => asked([yes, fails]).decide(), /down/)
  await assert.rejects(async () => asked([later(ALLOW), fails]).decide(), /down/)
  await assert.rejects(async () => asked([async () => fails()]).decide(), /down/)
})

test('in words', () => assert.equal(asked([yes, no]).policy.name, '(p0) and (p1)'))
