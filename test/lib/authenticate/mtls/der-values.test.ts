import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DerError, type Element, elementAt } from '../../../../lib/authenticate/mtls/der.ts'
import {
  asciiOf,
  readBoolean,
  readBytes,
  readFlags,
  readNumber,
  readOid,
  readSerial,
  readTime,
  sameBytes,
  toHex,
} from '../../../../lib/authenticate/mtls/der-values.ts'

function element(hex: string): Element {
  const bytes = Buffer.from(hex, 'hex')
  return elementAt(bytes, 0, bytes.length)
}

/** Each of them is refused. */
function refused(read: (element: Element) => unknown, ...encodings: readonly string[]): void {
  for (const hex of encodings) assert.throws(() => read(element(hex)), DerError, hex)
}

test('object identifiers', () => {
  assert.equal(readOid(element('0603550403')), '2.5.4.3')
  assert.equal(readOid(element('06092a864886f70d01010b')), '1.2.840.113549.1.1.11')
  assert.equal(readOid(element('0603883703')), '2.999.3')
  assert.equal(readOid(element('06012b')), '1.3')
  refused(readOid, '0600', '0603558003', '060255 84'.replace(' ', ''), '0203550403')
  assert.equal(readOid(element(`06402a${'01'.repeat(63)}`)).length, 129)
  refused(readOid, `06412a${'01'.repeat(64)}`)
})

test('booleans are 00 or ff', () => {
  assert.equal(readBoolean(element('0101ff')), true)
  assert.equal(readBoolean(element('010100')), false)
  refused(readBoolean, '010101', '0100', '0102ffff', '0201ff')
})

test('serial numbers are positive, and in their shortest form', () => {
  assert.equal(readSerial(element('0201 0a'.replace(' ', ''))), '0A')
  assert.equal(readSerial(element('02020080')), '80')
  assert.equal(readSerial(element('020100')), '00')
  refused(readSerial, '0200', '020180', '0202007f', '0202ff80', '010101', `0216${'01'.repeat(22)}`)
})

test('numbers', () => {
  assert.equal(readNumber(element('02020100')), 256)
  refused(readNumber, '0205010000000 0'.replace(' ', ''), '0201ff')
})

test('bit strings of whole bytes', () => {
  assert.deepEqual([...readBytes(element('030200aa'))], [0xaa])
  refused(readBytes, '0300', '030201aa', '040200aa')
})

test('flags', () => {
  const usage = readFlags(element('03020106'))
  assert.deepEqual(
    [0, 4, 5, 6, 7, 8].map((bit) => usage(bit)),
    [false, false, true, true, false, false],
  )
  assert.equal(readFlags(element('0303070080'))(8), true)
  assert.equal(readFlags(element('030100'))(0), false)
  refused(readFlags, '0300', '03020006', '03020206', '03020800', '030107', '030500aaaaaaaa')
})

test('times are in UTC, with seconds, and exist', () => {
  const utc = (text: string) =>
    element(`17${text.length.toString(16).padStart(2, '0')}${Buffer.from(text).toString('hex')}`)
  const general = (text: string) =>
    element(`18${text.length.toString(16).padStart(2, '0')}${Buffer.from(text).toString('hex')}`)
  assert.equal(readTime(utc('250102030405Z')), Date.UTC(2025, 0, 2, 3, 4, 5) / 1000)
  assert.equal(readTime(utc('500101000000Z')), Date.UTC(1950, 0, 1) / 1000)
  assert.equal(readTime(general('20500101000000Z')), Date.UTC(2050, 0, 1) / 1000)
  assert.equal(readTime(general('20240229000000Z')), Date.UTC(2024, 1, 29) / 1000)
  const bad = ['2501020304Z', '250102030405+0100', '250230000000Z', '251301000000Z', '250101240000Z', '250101006000Z']
  for (const text of [...bad, '250101000060Z', '25010100000 Z'])
    assert.throws(() => readTime(utc(text)), DerError, text)
  for (const text of ['20500101000000.5Z', '250102030405Z', '20230229000000Z']) {
    assert.throws(() => readTime(general(text)), DerError, text)
  }
  refused(readTime, '0201ff')
})

test('bytes', () => {
  assert.equal(toHex(Uint8Array.of(1, 0xab)), '01ab')
  assert.equal(asciiOf(Uint8Array.of(0x41, 0xe9)), 'A\u00e9')
  assert.equal(sameBytes(Uint8Array.of(1), Uint8Array.of(1)), true)
  assert.equal(sameBytes(Uint8Array.of(1), Uint8Array.of(1, 2)), false)
})
