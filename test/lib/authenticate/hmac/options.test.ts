import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { hmacSettings } from '../../../../lib/authenticate/hmac/options.ts'
import { memoryReplayStore } from '../../../../lib/store/memory.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

test('without options, the headers of the documentation, five minutes, one mebibyte, and both forms', () => {
  const settings = hmacSettings({ keys: { find: () => undefined }, replayStore: memoryReplayStore() })
  const { headers, maxSkewSeconds, maxBodyBytesOf, forms, requireNonce } = settings
  assert.deepEqual(headers, {
    keyId: 'x-key-id',
    timestamp: 'x-timestamp',
    nonce: 'x-nonce',
    signature: 'x-signature',
  })
  assert.deepEqual([maxSkewSeconds, maxBodyBytesOf(requestView()), requireNonce], [300, 1_048_576, false])
  assert.deepEqual(forms, ['hmac-sha256', 'hmac-sha256-v1'])
})

suite('refused at boot', () => {
  const good = { keys: { find: () => undefined }, replayStore: memoryReplayStore() }
  for (const [name, changes, ...words] of [
    ['no keys', { keys: undefined }, '"keys"', 'secretVault'],
    ['no replay store', { replayStore: undefined }, '"replayStore"', 'redisReplayStore'],
    ['no form', { forms: [] }, '"forms"'],
    ['an unknown form', { forms: ['hmac-sha1'] }, '"forms"', 'hmac-sha256-v1'],
    ['a nonce that is perhaps required', { requireNonce: 'no' }, '"requireNonce"'],
    ['an unknown option', { replay: 1 }, 'unknown option "replay"'],
    ['a window of a day', { maxSkewSeconds: 86_400 }, '"maxSkewSeconds"', '3600'],
    ['no window', { maxSkewSeconds: 0 }, '"maxSkewSeconds"'],
    ['no body', { maxBodyBytes: 0 }, '"maxBodyBytes"'],
    ['a limit for no route', { maxBodyBytesByRoute: { orders: 1 } }, '"maxBodyBytesByRoute"'],
    ['a limit of nothing', { maxBodyBytesByRoute: { '/orders': 0 } }, 'maxBodyBytesByRoute'],
    ['a header that is none', { headers: { keyId: 'X Key' } }, '"keyId"'],
    ['one header for two parts', { headers: { keyId: 'X-Nonce' } }, 'header of its own'],
    ['an unknown part', { headers: { key: 'X-Key' } }, 'unknown option "key"'],
  ] as const) {
    test(name, () => assertRefusedOption(() => hmacSettings(untyped({ ...good, ...changes })), ...words))
  }
})
