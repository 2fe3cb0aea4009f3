import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseList } from 'structured-headers'
import { compileLimit } from '../../../lib/limit/limit-rule.ts'
import type { LimitDimension } from '../../../lib/limit/partition.ts'
import { type CountedWindow, fieldsOf, refusalFields } from '../../../lib/limit/rate-limit-fields.ts'

function counted(name: string, by: LimitDimension = 'client'): readonly CountedWindow[] {
  const windows = [
    { quota: 100, windowSeconds: 60 },
    { quota: 1_000, windowSeconds: 3_600 },
  ]
  const states = [
    { remaining: 7, resetSeconds: 55.8, waitSeconds: 0.2 },
    { remaining: 900, resetSeconds: 360, waitSeconds: 0 },
  ]
  const compiled = compileLimit({ name, by, windows }).windowsOf(undefined)
  return compiled.map((window, index) => ({ window, state: states[index] as CountedWindow['state'] }))
}

test('each window is an item of both fields, by one name', () => {
  const fields = fieldsOf(counted('a'), counted('b').slice(0, 1))
  assert.deepEqual(fields, {
    ratelimit: '"a-60s";r=7;t=56, "a-3600s";r=900;t=360, "b-60s";r=7;t=56',
    'ratelimit-policy': '"a-60s";q=100;w=60, "a-3600s";q=1000;w=3600, "b-60s";q=100;w=60',
  })
  assert.deepEqual(fieldsOf([], counted('a').slice(1)), {
    ratelimit: '"a-3600s";r=900;t=360',
    'ratelimit-policy': '"a-3600s";q=1000;w=3600',
  })
})

test('they are lists of strings with integers for parameters: RFC 9651', () => {
  for (const field of Object.values(fieldsOf(counted('a'), counted('b')) ?? assert.fail())) {
    for (const [item, parameters] of parseList(field)) {
      assert.equal(typeof item, 'string')
      for (const value of parameters.values()) assert.ok(Number.isInteger(value))
    }
  }
})

test('nothing to tell is no field', () => {
  assert.equal(fieldsOf([]), undefined)
})

test('a refusal tells only the windows that refuse; of what others use too, only that nothing is left', () => {
  const [minute] = counted('a')
  const [shared] = counted('all', 'route')
  if (!minute || !shared) return assert.fail()
  assert.deepEqual(
    refusalFields([minute, shared], ({ window }) => (window === minute.window ? 1 : 5)),
    {
      ratelimit: '"a-60s";r=7;t=1, "all-60s";r=0;t=5',
      'ratelimit-policy': '"a-60s";q=100;w=60, "all-60s";q=100;w=60',
    },
  )
})
