import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  constructed,
  contentOf,
  DerError,
  DerReader,
  elementAt,
  encodingOf,
  inner,
  open,
  primitive,
  readDer,
  TAG,
} from '../../../../lib/authenticate/mtls/der.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')

test('an element ends where it says', () => {
  const element = readDer(bytes('3003020105'))
  assert.equal(encodingOf(element).length, 5)
  assert.equal(contentOf(element).length, 3)
  assert.deepEqual(contentOf(inner(element, TAG.integer)), bytes('05'))
  assert.equal(readDer(Buffer.concat([bytes('308180'), Buffer.alloc(128)])).content, 3)
})

test('what is not DER is refused', () => {
  for (const hex of [
    ...['', '30', '3001', '300302010500', '3080020105', '0000', '30800000'],
    // Lengths that have a shorter form, or are longer than four bytes.
    ...['308103020105', '30820003020105', '3084000000030201', '30850000000003020105', '30ff'],
    // The long form of a tag.
    ...['1f8101', '3f0100'],
  ]) {
    assert.throws(() => readDer(bytes(hex)), DerError, hex)
  }
  assert.throws(() => readDer(bytes('0201'), TAG.integer), DerError)
  assert.throws(() => elementAt(bytes('0000'), 1, 2), DerError)
})

test('a reader takes one element after the other, and says when one is left', () => {
  const reader = open(readDer(bytes('300b020101a0030201028301ff')))
  assert.equal(reader.takeIf(TAG.sequence), undefined)
  reader.take(TAG.integer)
  assert.throws(() => reader.finish(), DerError)
  assert.ok(reader.takeIf(constructed(0)))
  assert.throws(() => new DerReader(readDer(bytes('3003020101'))).take(TAG.set), DerError)
  assert.ok(reader.takeIf(primitive(3)))
  assert.equal(reader.isAtEnd, true)
  reader.finish()
  assert.throws(() => reader.take(), DerError)
  assert.equal(reader.takeIf(TAG.integer), undefined)
})

test('all that is left has one tag', () => {
  assert.equal(open(readDer(bytes('3006020101020102'))).takeAll(TAG.integer).length, 2)
  assert.throws(() => open(readDer(bytes('3005020101 0500'.replace(' ', '')))).takeAll(TAG.integer), DerError)
  assert.throws(() => open(readDer(bytes('3003020101')), TAG.set), DerError)
  assert.throws(() => inner(readDer(bytes('3006020101020102')), TAG.integer), DerError)
})
