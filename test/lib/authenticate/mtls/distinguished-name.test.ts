import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readCertificate } from '../../../../lib/authenticate/mtls/certificate.ts'
import { DerError, elementAt, readDer, TAG } from '../../../../lib/authenticate/mtls/der.ts'
import { encode } from '../../../../lib/authenticate/mtls/der-writer.ts'
import {
  attributeType,
  decodeText,
  formatName,
  nameKey,
  onlyText,
  readName,
  sortedAttributes,
} from '../../../../lib/authenticate/mtls/distinguished-name.ts'
import { derOfPem, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

test('types by name and by number', () => {
  assert.equal(attributeType('cn'), 'CN')
  assert.equal(attributeType('2.5.4.10'), 'O')
  assert.equal(attributeType('1.2.3'), '1.2.3')
  assert.equal(attributeType('nobody'), undefined)
  assert.equal(attributeType('01.2'), undefined)
})

test('texts of the types that certificates hold', () => {
  const decode = (text: string) => decodeText(elementAt(hex(text), 0, text.length / 2))
  assert.equal(decode('0c02c3a9'), '\u00e9')
  assert.equal(decode('130141'), 'A')
  assert.equal(decode('1e0200e9'), '\u00e9')
  for (const bad of ['0c01ff', '1301e9', '1e0100', '020101']) assert.equal(decode(bad), undefined, bad)
})

test('a value that is no text is shown in hex', () => {
  const name = readName(readDer(hex('300c310a300806035504030201 05'.replace(' ', ''))))
  assert.equal(formatName(name), 'CN=#020105')
  assert.equal(onlyText(name, 'CN'), undefined)
})

test('and is not the text that looks like it: who may choose its name has not chosen that of another', () => {
  const text = readName(readDer(hex('3012311030 0e 0603550403 0c07 23303230313035'.replaceAll(' ', ''))))
  const number = readName(readDer(hex('300c310a300806035504030201 05'.replace(' ', ''))))
  assert.equal(onlyText(text, 'CN'), '#020105')
  assert.equal(formatName(text), 'CN=\\#020105')
  assert.notEqual(formatName(text), formatName(number))
  assert.notEqual(nameKey(text), nameKey(number))
})

test('longer than any in use is refused before its text is compared', () => {
  const element = (tag: number, ...contents: readonly Uint8Array[]) => encode(tag, ...contents)
  const nameOf = (value: string, times = 1) => {
    const attribute = element(TAG.sequence, hex('0603550403'), element(0x0c, Buffer.from(value)))
    return element(TAG.sequence, ...Array.from({ length: times }, () => element(TAG.set, attribute)))
  }
  assert.equal(readName(readDer(nameOf('x'.repeat(1_024)))).length, 1)
  assert.throws(() => readName(readDer(nameOf('x'.repeat(1_025)))), DerError)
  assert.throws(() => readName(readDer(nameOf('x'.repeat(1_000), 5))), DerError)
})

test('names of one party are the same whatever their case and space', () => {
  const key = (value: string) => nameKey([[{ type: 'CN', value }]])
  assert.equal(key('Acme  Root '), key('acme root'))
  assert.notEqual(key('acme root'), key('acmeroot'))
  const [a, b] = [
    { type: 'CN', value: 'x' },
    { type: 'O', value: 'y' },
  ]
  assert.equal(nameKey([[a, b]]), nameKey([[b, a]]))
  assert.notEqual(nameKey([[a], [b]]), nameKey([[a, b]]))
  assert.deepEqual(sortedAttributes([b, a]), [a, b])
})

suite('subjects of openssl', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const subjectOf = async (subject: string) => readCertificate(derOfPem((await root.issue({ subject })).cert)).subject

  test('sets of several attributes, and attributes that repeat', async () => {
    const name = await subjectOf('/O=Acme/OU=b+CN=orders/OU=c/CN=second')
    assert.equal(formatName(name), 'CN=second,OU=c,CN=orders+OU=b,O=Acme')
    assert.equal(onlyText(name, 'CN'), undefined)
    assert.equal(onlyText(name, 'O'), 'Acme')
    assert.equal(onlyText(name, 'C'), undefined)
  })

  test('a value that looks like more of the name stays a value', async () => {
    const name = await subjectOf('/O=Acme/CN=x, CN=orders\\/O=Evil')
    assert.equal(onlyText(name, 'CN'), 'x, CN=orders/O=Evil')
    assert.equal(formatName(name), 'CN=x\\, CN=orders/O=Evil,O=Acme')
  })
})
