import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyId, contentId } from '../../../lib/webhooks/body-id.ts'

test('the id that a JSON body holds', () => {
  const id = (body: string) => bodyId(Buffer.from(body), 'id')
  assert.equal(id('{"id":"evt_1"}'), 'evt_1')
  for (const body of [
    '',
    '{',
    'null',
    '[]',
    '"id"',
    '{"id":1}',
    '{"id":""}',
    '{"id":"a b"}',
    '{"id":"a\\n"}',
    '{"ID":"a"}',
  ]) {
    assert.equal(id(body), undefined, body)
  }
  assert.equal(id(`{"id":"${'x'.repeat(257)}"}`), undefined)
  assert.equal(bodyId(Buffer.from('{}'), 'constructor'), undefined)
})

test('otherwise its content names it', () => {
  assert.match(contentId('', Buffer.from('a')), /^sha256:[\w-]{43}$/)
  assert.notEqual(contentId('', Buffer.from('a')), contentId('b', Buffer.from('a')))
})
