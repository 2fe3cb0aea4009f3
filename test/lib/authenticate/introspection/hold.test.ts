import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Hold } from '../../../../lib/authenticate/introspection/hold.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { testClock } from '../../../support/clock.ts'

function held(status: number | undefined, retryAfterSeconds?: number) {
  const clock = testClock()
  const hold = new Hold(clock.now)
  const told = hold.noticed(new DependencyError('introspection', 'failed', { status, retryAfterSeconds }))
  assert.ok(told instanceof DependencyError)
  const left = (): number => {
    try {
      hold.assertOver()
      return 0
    } catch (error) {
      assert.ok(error instanceof DependencyError)
      return error.retryAfterSeconds ?? assert.fail('the wait is told')
    }
  }
  return { clock, told, left }
}

suite('a server that asks to be left alone', () => {
  test('is left alone as long as it asks, and callers are told how long that is', () => {
    const { clock, told, left } = held(429, 20)
    assert.equal(told.retryAfterSeconds, 20)
    assert.equal(told.status, 429)
    assert.equal(left(), 20)
    clock.advance(15)
    assert.equal(left(), 5)
    clock.advance(5)
    assert.equal(left(), 0)
  })

  test('may say so with any status', () => assert.equal(held(503, 7).left(), 7))

  test('for days is asked again in five minutes', () => {
    const { told, left } = held(503, 999_999)
    assert.deepEqual([told.retryAfterSeconds, left()], [300, 300])
  })

  test('with 429 and no time is left alone for a second', () => assert.equal(held(429).left(), 1))

  test('for no time is asked at once', () => assert.equal(held(429, 0).left(), 0))

  test('is not left alone for longer when the clock is set back', () => {
    const { clock, left } = held(429, 20)
    clock.advance(-3_600)
    assert.equal(left(), 0)
  })
})

test('any other failure keeps nobody waiting, and stays what it is', () => {
  const hold = new Hold(testClock().now)
  const failures = [
    new DependencyError('introspection', 'answered 500', { status: 500 }),
    new DependencyError('key set', 'answered 429', { status: 429, retryAfterSeconds: 60 }),
    new TypeError('fetch failed'),
    undefined,
  ]
  for (const failure of failures) assert.equal(hold.noticed(failure), failure)
  hold.assertOver()
})
