import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KnownEndpoints } from '../../../../../lib/authorize/decision-points/authzen/known-endpoints.ts'
import { NOW } from '../../../../support/access-token.ts'
import { testClock } from '../../../../support/clock.ts'
import { eventually } from '../../../../support/eventually.ts'
import { atOnce } from '../../../../support/outcomes.ts'

const identifier = 'https://pdp.example.test'

function known() {
  const clock = testClock(NOW)
  const state = { fetches: 0, path: '/a', fault: undefined as (() => Promise<Response>) | undefined }
  const fetch = async () => {
    state.fetches++
    if (state.fault) return state.fault()
    return Response.json({ policy_decision_point: identifier, access_evaluation_endpoint: identifier + state.path })
  }
  const endpoints = new KnownEndpoints({
    ...{ name: 'pdp', identifier, allowHttp: false, deadlineMs: 30_000, fetch, now: clock.now },
    ...{ refreshAfterSeconds: 100, maxStaleSeconds: 1_000 },
  })
  const evaluation = async () => (await endpoints.get()).evaluation
  return { clock, state, endpoints, evaluation }
}

test('nothing is fetched before the first question, and many first questions fetch once', async () => {
  const { state, evaluation } = known()
  assert.equal(state.fetches, 0)
  const answers = await Promise.all(Array.from({ length: 20 }, evaluation))
  assert.deepEqual([...new Set(answers)], [`${identifier}/a`])
  assert.equal(state.fetches, 1)
})

test('what is known is there at once', async () => {
  const { endpoints, evaluation } = known()
  await evaluation()
  assert.equal(atOnce(endpoints.get()).evaluation, `${identifier}/a`)
})

test('what is old is looked up again, and nobody waits for it', async () => {
  const { clock, state, endpoints, evaluation } = known()
  await evaluation()
  state.path = '/b'
  clock.advance(99)
  await evaluation()
  assert.equal(state.fetches, 1)
  clock.advance(1)
  assert.equal(atOnce(endpoints.get()).evaluation, `${identifier}/a`)
  await eventually(async () => assert.equal(await evaluation(), `${identifier}/b`))
  assert.equal(state.fetches, 2)
})

test('while it cannot be looked up, what is known is good for a while, and then for nothing', async () => {
  const { clock, state, evaluation } = known()
  await evaluation()
  state.fault = async () => new Response('', { status: 500 })
  clock.advance(999)
  assert.equal(await evaluation(), `${identifier}/a`)
  await eventually(() => assert.equal(state.fetches, 2))
  clock.advance(1)
  await assert.rejects(evaluation(), /answered 500/)
  state.fault = undefined
  clock.advance(1)
  assert.equal(await evaluation(), `${identifier}/a`)
})

test('what failed is tried again after a second, not at once', async () => {
  const { clock, state, evaluation } = known()
  state.fault = async () => Promise.reject(new Error('refused'))
  await assert.rejects(evaluation(), /no usable answer/)
  await assert.rejects(evaluation(), /cannot be had; the next try is due in a moment/)
  assert.equal(state.fetches, 1)
  state.fault = undefined
  clock.advance(1)
  assert.equal(await evaluation(), `${identifier}/a`)
  assert.equal(state.fetches, 2)
})

test('metadata of another decision point does not take the place of what is known', async () => {
  const { clock, state, evaluation } = known()
  await evaluation()
  state.fault = async () =>
    Response.json({ policy_decision_point: `${identifier}/x`, access_evaluation_endpoint: 'https://evil.example.test' })
  clock.advance(100)
  await evaluation()
  await eventually(() => assert.equal(state.fetches, 2))
  assert.equal(await evaluation(), `${identifier}/a`)
})

test('a clock that is set back makes nothing last longer', async () => {
  const { clock, state, evaluation } = known()
  await evaluation()
  state.path = '/b'
  clock.set(NOW - 1_000)
  assert.equal(await evaluation(), `${identifier}/b`)
})

test('what is forgotten is looked up at the next question', async () => {
  const { state, endpoints, evaluation } = known()
  await evaluation()
  state.path = '/b'
  endpoints.forget()
  assert.equal(state.fetches, 1)
  assert.equal(await evaluation(), `${identifier}/b`)
})
