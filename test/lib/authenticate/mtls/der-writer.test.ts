import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentOf, readDer, TAG } from '../../../../lib/authenticate/mtls/der.ts'
import { readSerial } from '../../../../lib/authenticate/mtls/der-values.ts'
import { encode, encodeInteger } from '../../../../lib/authenticate/mtls/der-writer.ts'

test('what is written is read again, at every length of a length', () => {
  for (const length of [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000]) {
    assert.equal(contentOf(readDer(encode(TAG.octetString, Buffer.alloc(length)), TAG.octetString)).length, length)
  }
  assert.equal(contentOf(readDer(encode(TAG.sequence, Buffer.from('ab'), Buffer.from('c')))).length, 3)
})

test('integers are positive', () => {
  for (const hex of ['00', '7F', '80', 'FF00', '0A']) {
    assert.equal(readSerial(readDer(encodeInteger(hex), TAG.integer)), hex)
  }
  assert.equal(readSerial(readDer(encodeInteger('A'), TAG.integer)), '0A')
})
