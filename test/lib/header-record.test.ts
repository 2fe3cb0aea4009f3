import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headerRecord } from '../../lib/header-record.ts'
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

test('no field becomes the prototype', () => {
  const record = headerRecord(['__proto__', 'x', '__PROTO__', 'y', 'constructor', 'z'])
  assert.deepEqual(Object.entries(record), [['constructor', 'z']])
  assert.equal(Object.getPrototypeOf(record), Object.prototype)
})
