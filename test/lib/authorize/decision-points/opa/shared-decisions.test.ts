import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  SharedDecisions,
  type SharedDecisionsOptions,
} from '../../../../../lib/authorize/decision-points/opa/shared-decisions.ts'
import { ALLOW, type Decision } from '../../../../../lib/authorize/policy.ts'
import { DependencyError } from '../../../../../lib/errors.ts'
import { NOW } from '../../../../support/access-token.ts'
import { testClock } from '../../../../support/clock.ts'

const CACHE = { ttlSeconds: 10, max: 3 }

function decisions(options: Partial<SharedDecisionsOptions> = {}) {
  const clock = testClock(NOW)
  const shared = new SharedDecisions({ name: 'opa', maxInFlight: 2, cache: CACHE, now: clock.now, ...options })
  let asked = 0
  const ask = async (): Promise<Decision> => {
    asked++
    return ALLOW
  }
  const get = (question: string, expiresAt?: number) => shared.get(question, expiresAt, ask)
  return { shared, clock, get, asked: () => asked }
}

test('those who ask the same at once share one answer, with a cache or without', async () => {
  for (const cache of [CACHE, undefined]) {
    const { get, asked } = decisions({ cache })
    await Promise.all(Array.from({ length: 1_000 }, () => get('a')))
    assert.equal(asked(), 1)
  }
})

test('without a cache, every question after the answer is asked again', async () => {
  const { get, asked } = decisions({ cache: undefined })
  await get('a')
  await get('a')
  assert.equal(asked(), 2)
})

test('a remembered answer comes at once, and for its time only', async () => {
  const { get, asked, clock } = decisions()
  await get('a')
  clock.advance(9)
  assert.equal(get('a'), ALLOW)
  clock.advance(1)
  assert.ok(get('a') instanceof Promise)
  assert.equal(asked(), 2)
})

test('no answer outlives who it is about', async () => {
  const { get, asked, clock } = decisions()
  await get('a', NOW + 4)
  clock.advance(3)
  assert.equal(get('a', NOW + 4), ALLOW)
  clock.advance(1)
  await get('a', NOW + 4)
  await get('a', NOW + 4)
  assert.equal(asked(), 3)
})

test('time runs from when it was asked, and a clock that is set back makes nothing last longer', async () => {
  const { shared, get, asked, clock } = decisions()
  await shared.get('a', undefined, async () => {
    clock.advance(6)
    return ALLOW
  })
  clock.advance(4)
  await get('a')
  assert.equal(asked(), 1)
  clock.advance(-3_600)
  await get('a')
  assert.equal(asked(), 2)
})

test('a failure is told to all who wait, and never remembered', async () => {
  const { shared, get } = decisions()
  const failing = () => shared.get('a', undefined, () => Promise.reject(new DependencyError('opa', 'is down')))
  const [one, other] = [failing(), failing()]
  await assert.rejects(Promise.resolve(one), DependencyError)
  await assert.rejects(Promise.resolve(other), DependencyError)
  assert.equal(await get('a'), ALLOW)
})

test('other questions are other questions, and few are remembered', async () => {
  const { get, asked } = decisions()
  for (const question of ['a', 'b', 'c', 'd', 'a']) await get(question)
  assert.equal(asked(), 5)
})

test('no more are under way than are allowed', async () => {
  const { shared, get } = decisions()
  const never = () => new Promise<Decision>(() => undefined)
  shared.get('a', undefined, never)
  shared.get('b', undefined, never)
  assert.throws(() => get('c'), DependencyError)
  assert.ok(shared.get('a', undefined, never) instanceof Promise)
})
