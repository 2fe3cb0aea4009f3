import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { hexMac, isAnyEqual, macOf, secretList, textSecrets } from '../../../lib/webhooks/mac.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

test('the MAC of RFC 4231, test case 2, however its text is divided', () => {
  const key = createSecretKey(Buffer.from('Jefe'))
  const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
  assert.equal(macOf(key, 'what do ya ', Buffer.from('want for nothing?')).toString('hex'), expected)
  assert.deepEqual(hexMac(expected), macOf(key, '', Buffer.from('what do ya want for nothing?')))
})

test('one spelling of a MAC', () => {
  const mac = 'ab'.repeat(32)
  assert.ok(hexMac(mac))
  for (const text of ['', mac.slice(1), `${mac}a`, mac.toUpperCase(), 'zz'.repeat(32), ` ${mac}`, `${mac}\n`]) {
    assert.equal(hexMac(text), undefined)
  }
})

test('any pair will do, and lengths that differ are not compared', () => {
  const [a, b, short] = [Buffer.from('a1'), Buffer.from('b1'), Buffer.from('a')]
  assert.equal(isAnyEqual([b, a], [Buffer.from('a1')]), true)
  assert.equal(isAnyEqual([a], [b, Buffer.from('a1')]), true)
  assert.equal(isAnyEqual([short], [a]), false)
  assert.equal(isAnyEqual([], [a]), false)
  assert.equal(isAnyEqual([a], []), false)
})

test('secrets are a list of long texts, and stay out of messages', () => {
  assert.equal(textSecrets('test', ['a secret of some length'])[0]?.symmetricKeySize, 23)
  assertRefusedOption(() => textSecrets('test', ['short-one']), '16 bytes', /^(?!.*short-one)/)
  for (const secrets of [undefined, 'a secret of some length', [], [1], ['a', 'a']]) {
    assertRefusedOption(() => secretList('test', secrets), '"secrets"')
  }
})
