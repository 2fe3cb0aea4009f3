import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawRequest } from '../../lib/request-view.ts'
import { rawRequestOf } from '../../middleware/raw-request.ts'
import { exchangeRaw } from '../support/raw-exchange.ts'
import { serve } from '../support/serve.ts'

test('what arrived is read as it was sent', async () => {
  let raw: RawRequest | undefined
  const port = await serve((request, response) => {
    Object.assign(request, { url: '/cut', originalUrl: request.url })
    raw = rawRequestOf(request)
    response.end()
  })
  await exchangeRaw(port, ['POST /%6f?a=b HTTP/1.0', 'HOST: a.test', 'x-tag: 1', 'X-Tag: 2', 'Content-Length: 0'])
  assert.deepEqual(raw && { ...raw, connection: undefined, headers: { ...raw.headers } }, {
    method: 'POST',
    target: '/%6f?a=b',
    httpVersion: '1.0',
    rawHeaders: ['HOST', 'a.test', 'x-tag', '1', 'X-Tag', '2', 'Content-Length', '0'],
    headers: { host: 'a.test', 'x-tag': '1, 2', 'content-length': '0' },
    peerAddress: '127.0.0.1',
    encrypted: false,
    connection: undefined,
    truncated: false,
    rewritten: true,
  })
})
