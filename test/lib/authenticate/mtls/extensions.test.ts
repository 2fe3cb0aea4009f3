import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DerError, readDer, TAG } from '../../../../lib/authenticate/mtls/der.ts'
import { readNumber } from '../../../../lib/authenticate/mtls/der-values.ts'
import { encode } from '../../../../lib/authenticate/mtls/der-writer.ts'
import {
  NO_EXTENSIONS,
  readExtension,
  readExtensions,
  unknownCritical,
} from '../../../../lib/authenticate/mtls/extensions.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
/** 1.2.3 and 1.2.4. */
const [FIRST, SECOND] = [hex('06022a03'), hex('06022a04')] as const
const extension = (oid: Uint8Array, ...rest: readonly Uint8Array[]) => encode(TAG.sequence, oid, ...rest)
const value = encode(TAG.octetString, hex('020105'))
const list = (...extensions: readonly Uint8Array[]) => readExtensions(readDer(encode(TAG.sequence, ...extensions)))

test('extensions by their identifier, and which are critical', () => {
  const read = list(extension(FIRST, hex('0101ff'), value), extension(SECOND, hex('010100'), value))
  assert.equal(
    readExtension(read, '1.2.3', (element) => readNumber(element), TAG.integer),
    5,
  )
  assert.equal(
    readExtension(read, '1.2.9', () => 1),
    undefined,
  )
  assert.deepEqual(unknownCritical(read, new Set()), ['1.2.3'])
  assert.deepEqual(unknownCritical(read, new Set(['1.2.3'])), [])
  assert.equal(NO_EXTENSIONS.size, 0)
})

test('one that is there twice, an empty list and leftovers are refused', () => {
  for (const make of [
    () => list(),
    () => list(extension(FIRST, value), extension(FIRST, value)),
    () => list(extension(FIRST)),
    () => list(extension(FIRST, value, value)),
    () => list(extension(FIRST, hex('010101'), value)),
    () => list(value),
  ]) {
    assert.throws(make, DerError)
  }
  const bad = list(extension(FIRST, encode(TAG.octetString, hex('02010500'))))
  assert.throws(() => readExtension(bad, '1.2.3', () => 1, TAG.integer), DerError)
})
