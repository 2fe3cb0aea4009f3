import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envoy, parseForwardedElements } from '../../../../../lib/authenticate/mtls/forwarded/envoy.ts'

test('elements by commas, pairs by semicolons, and neither within quotes', () => {
  assert.deepEqual(parseForwardedElements('By=a;HASH=b;Subject="CN=x,O=\\"y\\";z",By=c;URI=d;URI=e'), [
    [
      ['by', 'a'],
      ['hash', 'b'],
      ['subject', 'CN=x,O="y";z'],
    ],
    [
      ['by', 'c'],
      ['uri', 'd'],
      ['uri', 'e'],
    ],
  ])
  assert.deepEqual(parseForwardedElements('By=;Hash=b'), [
    [
      ['by', ''],
      ['hash', 'b'],
    ],
  ])
})

test('what is not written so is not read at all', () => {
  for (const field of [
    '',
    'By',
    'By=a;',
    'By=a,',
    ';By=a',
    'By="a',
    'By="a"b',
    'By=a"b"',
    'By=a\\',
    'By=a=b',
    'B y=a',
    ',',
  ]) {
    assert.equal(parseForwardedElements(field), undefined, field)
  }
})

test('an element without a certificate proves nothing', () => {
  assert.equal(
    envoy.read(() => 'By=a;Hash=b;Subject="CN=x"'),
    undefined,
  )
})
