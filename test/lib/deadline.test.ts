import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withDeadline } from '../../lib/deadline.ts'
import { DependencyError } from '../../lib/errors.ts'
import { atOnce } from '../support/outcomes.ts'

test('an answer that is there is handed on at once', () => {
  assert.equal(atOnce(withDeadline('store', 1, 'x')), 'x')
  assert.equal(atOnce(withDeadline('store', 1, undefined)), undefined)
})

test('an answer in time is handed on, a failure too', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { promise, resolve } = Promise.withResolvers<string>()
  const answer = withDeadline('store', 100, promise)
  context.mock.timers.tick(99)
  resolve('x')
  assert.equal(await answer, 'x')
  const failure = new Error('down')
  await assert.rejects(async () => withDeadline('store', 100, Promise.reject(failure)), failure)
})

test('a promise of another library is a promise', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  // biome-ignore lint/suspicious/noThenProperty: a foreign promise is what is tried
  const settled = { then: (resolve: (value: string) => void) => resolve('x') } as unknown as Promise<string>
  assert.equal(await withDeadline('store', 100, settled), 'x')
  // biome-ignore lint/suspicious/noThenProperty: a foreign promise is what is tried
  const silent = { then: () => undefined } as unknown as Promise<string>
  const answer = withDeadline('store', 100, silent)
  context.mock.timers.tick(100)
  await assert.rejects(async () => answer, DependencyError)
})

test('a late answer is none: the dependency has failed', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { promise, resolve } = Promise.withResolvers<string>()
  const answer = withDeadline('store', 100, promise)
  context.mock.timers.tick(100)
  resolve('x')
  await assert.rejects(
    async () => answer,
    (error) => error instanceof DependencyError && error.message === 'store: gave no answer within 100 ms',
  )
})

test('a failure after the deadline is heard by nobody, and harms nobody', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { promise, reject } = Promise.withResolvers<string>()
  const answer = withDeadline('store', 100, promise)
  context.mock.timers.tick(100)
  reject(new Error('late'))
  await assert.rejects(async () => answer, DependencyError)
})

test('an answer leaves no timer behind', async (context) => {
  const cleared = context.mock.method(globalThis, 'clearTimeout')
  await withDeadline('store', 60_000, Promise.resolve('x'))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(cleared.mock.callCount(), 1)
})
