import assert from 'node:assert/strict'
import { test } from 'node:test'
import { covers, uncovered } from '../../../../lib/authenticate/http-signature/coverage.ts'

const component = (name: string, parameters: Readonly<Record<string, string>> = {}) => ({
  name,
  parameters: new Map(Object.entries(parameters)),
  identifier: name,
})
const POLICY = { required: ['@method', '@target-uri', 'date'], requiresDigest: true }

function gap(names: readonly string[], target = '/a', hasBody = false): string | undefined {
  return uncovered(
    POLICY,
    names.map((name) => component(name)),
    { target, hasBody },
  )
}

test('all that is required must be covered; the target by itself or by its parts', () => {
  assert.equal(gap(['date', '@target-uri', '@method']), undefined)
  assert.equal(gap(['date', '@method', '@authority', '@path', '@query']), undefined)
  assert.equal(gap(['date', '@method', '@authority', '@request-target']), undefined)
  assert.equal(gap(['date', '@method', '@authority', '@path']), 'not covered: @target-uri')
  assert.equal(gap(['date', '@method', '@request-target']), 'not covered: @target-uri')
  assert.equal(gap(['@method', '@target-uri']), 'not covered: date')
  assert.equal(gap([]), 'not covered: @method')
})

test('a body needs its digest', () => {
  assert.equal(gap(['date', '@target-uri', '@method'], '/a', true), 'not covered: content-digest')
  assert.equal(gap(['date', '@target-uri', '@method', 'content-digest'], '/a', true), undefined)
})

test('a bare question mark is covered by the target as a whole alone', () => {
  assert.equal(gap(['date', '@method', '@authority', '@path', '@query'], '/a?'), 'not covered: an empty query')
  assert.equal(gap(['date', '@method', '@authority', '@path', '@query'], '/a?b'), undefined)
  assert.equal(gap(['date', '@method', '@authority', '@request-target'], '/a?'), undefined)
  assert.equal(gap(['date', '@method', '@target-uri'], '/a?'), undefined)
})

test('a part of a field is not the field', () => {
  assert.equal(covers([component('content-digest', { key: 'sha-256' })], 'content-digest'), false)
  assert.equal(covers([component('content-digest')], 'content-digest'), true)
})
