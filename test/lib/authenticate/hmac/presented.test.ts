import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hmacSettings } from '../../../../lib/authenticate/hmac/options.ts'
import { type Presented, readPresented, signedText } from '../../../../lib/authenticate/hmac/presented.ts'
import { memoryReplayStore } from '../../../../lib/store/memory.ts'
import { NOW } from '../../../support/access-token.ts'
import { requestView } from '../../../support/request-view.ts'
import { signedHeaders } from '../../../support/signed-request.ts'

const settings = hmacSettings({ keys: { find: () => undefined }, replayStore: memoryReplayStore(), now: () => NOW })
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function presented(v1?: object): { readonly request: ReturnType<typeof requestView>; readonly found: Presented } {
  const { 'x-signature': signature = '', ...headers } = signedHeaders('k', 's', { nonce: 'n', ...(v1 && { v1 }) })
  const request = requestView({ 'x-signature': signature }, { headers: { ...headers, 'content-type': 'a/b' } })
  const found = readPresented(settings, request)
  return 'outcome' in found ? assert.fail('refused') : { request, found }
}

test('what is presented says by itself what was signed', () => {
  const simple = presented()
  assert.deepEqual([simple.found.form, simple.found.keyId, simple.found.nonce], ['hmac-sha256', 'k', 'n'])
  const text = `GET\n/orders/42\n2023-11-14T22:13:20Z\nsha256=${EMPTY}\nn`
  assert.equal(signedText(simple.found, simple.request, Buffer.of()), text)
  const { found, request } = presented({})
  const lines = [
    'v1',
    'GET',
    'api.example.test',
    '/orders/42',
    '2023-11-14T22:13:20Z',
    'a/b',
    'k',
    `sha256=${EMPTY}`,
    'n',
  ]
  assert.equal(signedText(found, request, Buffer.of()), lines.join('\n'))
})
