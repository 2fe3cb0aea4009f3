import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { networkFact } from '../../../../lib/authorize/requirements/networks.ts'
import { principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const holds = (networks: readonly string[], clientAddress: string) =>
  networkFact(networks).holds(principal(), requestView({}, { clientAddress }))

suite('a client is in a network', () => {
  const within: readonly (readonly [string, string, boolean])[] = [
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.0', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:0DB8:0:0:0:0:0:1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::1', '2001:db8:0:0::1', true],
    ['::1', '127.0.0.1', false],
  ]
  for (const [network, address, expected] of within) {
    test(`${address} in ${network}: ${expected}`, () => assert.equal(holds([network], address), expected))
  }
  test('of several', () => assert.equal(holds(['192.0.2.0/24', '10.0.0.0/8'], '10.0.0.1'), true))
})

test('of what is no address, nobody can tell', () => {
  for (const address of ['', 'unknown', '010.8.8.8', '0x7f.0.0.1', '127.1', '10.0.0.1:5555', '10.0.0.1/8']) {
    assert.equal(holds(['0.0.0.0/0', '::/0'], address), undefined, address)
  }
})

test('what is no network is refused', () => {
  for (const network of [
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/8/8',
    'lan',
    '::1%lo',
  ]) {
    assertRefusedOption(() => networkFact([network]), '"networks"', network)
  }
  assertRefusedOption(() => networkFact([]), '"networks"')
})
