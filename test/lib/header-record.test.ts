import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addHeader, headerRecord } from '../../lib/header-record.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

test('repeated fields are joined as Node.js joins them', async () => {
  const port = await serve((request, response) => {
    response.end(JSON.stringify([headerRecord(request.rawHeaders), request.headers]))
  })
  const names = [
    'Accept',
    'Cookie',
    'Content-Type',
    'User-Agent',
    'Referer',
    'X-Custom',
    'From',
    'If-Modified-Since',
    'Set-Cookie',
  ]
  const headers = names.flatMap(
    (name) =>
      [
        [name, 'one'],
        [name.toLowerCase(), 'two'],
      ] as const,
  )
  const [ours, theirs] = JSON.parse((await sendRequest(port, { headers })).body)
  assert.deepEqual(ours, theirs)
})

test('says which fields it holds', () => {
  const record = {}
  const added = ['from', 'x-a', 'from', 'x-a', 'set-cookie', 'set-cookie', '__proto__', 'constructor', 'constructor']
  assert.deepEqual(
    added.map((name) => addHeader(record, name, 'v')),
    [true, true, false, true, true, true, false, true, true],
  )
})

test('no field becomes the prototype', () => {
  const record = headerRecord(['__proto__', 'x', '__PROTO__', 'y', 'constructor', 'z'])
  assert.deepEqual(Object.entries(record), [['constructor', 'z']])
  assert.equal(Object.getPrototypeOf(record), Object.prototype)
})
