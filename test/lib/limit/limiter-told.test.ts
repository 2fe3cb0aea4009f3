import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import { limiterOf, passes, refusalOf, THREE } from '../../support/limiter.ts'
import { principal } from '../../support/outcomes.ts'

const windows = THREE
const alice = principal({ clientId: 'web', tenantId: 't1', credentialId: 'k1' })

suite('what is told', () => {
  test('the caller of its own, with the wait; in whole seconds, no earlier than it is over', () => {
    const { by, clock } = limiterOf({
      rules: [{ name: 'client', by: 'client', windows: [{ quota: 7, windowSeconds: 60 }] }],
    })
    const verdict = by(alice)
    assert.ok(!(verdict instanceof AuthError))
    assert.deepEqual(
      verdict.map(({ window, state }) => [window.label, state.remaining]),
      [['"client"', 6]],
    )
    const error = refusalOf(() => by(alice))
    assert.deepEqual([error.code, error.status, error.reason], ['too_many_requests', 429, 'limit client'])
    assert.equal(error.retryAfterSeconds, 9)
    assert.deepEqual(error.answerHeaders, {
      ratelimit: '"client";r=0;t=9',
      'ratelimit-policy': '"client";q=7;w=60',
    })
    clock.advance(9)
    assert.equal(
      passes(() => by(alice)),
      1,
    )
  })

  test('nobody of what others use too: neither when it passes, nor by how long to wait', () => {
    const rules = [
      { name: 'network', by: 'network', windows },
      { name: 'everybody', by: 'route', windows },
    ] as const
    const { from, by, clock } = limiterOf({ rules })
    assert.deepEqual(from('192.0.2.1'), [])
    assert.deepEqual(by(alice), [])
    const waits = new Set<unknown>()
    for (let second = 0; second < 19; second++) {
      const error = refusalOf(() => by(principal({ subject: `user-${second}` })))
      waits.add(JSON.stringify([error.retryAfterSeconds, error.answerHeaders]))
      clock.advance(1)
    }
    assert.equal(waits.size, 1)
    assert.equal(refusalOf(() => from('192.0.2.1')).retryAfterSeconds, 20)
  })

  test('unless the rule says so, and of one that is told by default, not if it says so', () => {
    const { from } = limiterOf({ rules: [{ name: 'network', by: 'network', windows, tell: true }] })
    assert.equal((from('192.0.2.1') as readonly unknown[]).length, 1)
    const { by } = limiterOf({ rules: [{ name: 'client', by: 'client', windows, tell: false }] })
    assert.deepEqual(by(alice), [])
  })

  test('not the anonymous either, who may be others of the same network', () => {
    const { by } = limiterOf({})
    assert.deepEqual(by(principal({ kind: 'anonymous', subject: 'anonymous' })), [])
  })
})
