import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { noNetworks, parseNetworks, plainAddress } from '../../lib/network.ts'
import { assertRefusedOption } from '../support/refused-option.ts'

const parse = (list: unknown) => parseNetworks('boundary', 'trustedProxies', list)

test('addresses and ranges hold what is in them', () => {
  const networks = parse(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1'])
  for (const address of [
    '10.0.0.0',
    '10.255.255.255',
    '192.0.2.7',
    '2001:db8::',
    '2001:DB8:ffff::1',
    '::1',
    '::ffff:10.1.2.3',
  ]) {
    assert.ok(networks.has(address), address)
  }
  for (const address of ['11.0.0.0', '9.255.255.255', '192.0.2.8', '2001:db9::', '::2', '::ffff:11.1.2.3']) {
    assert.ok(!networks.has(address), address)
  }
})

test('what is no address is in no network', () => {
  const everything = parse(['0.0.0.0/0', '::/0'])
  for (const address of ['', 'localhost', '10.0.0', '10.0.0.1:80', '[::1]', ' 10.0.0.1', '010.0.0.1']) {
    assert.ok(!everything.has(address), address)
  }
  assert.ok(everything.has('203.0.113.9'))
  assert.ok(!noNetworks.has('10.0.0.1'))
})

suite('refused', () => {
  const bad = [
    '',
    'localhost',
    'loopback',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8.5',
    '10.0.0.0/ 8',
    '10.0.0.0/0x8',
    '10/8',
    '*',
    '::/129',
    'fe80::1%eth0',
    '10.0.0.1:80',
  ]
  for (const entry of bad)
    test(JSON.stringify(entry), () => assertRefusedOption(() => parse([entry]), '"trustedProxies"'))
  for (const list of [undefined, [], '10.0.0.0/8', [10], true, ['10.0.0.1', '10.0.0.1']]) {
    test(`${JSON.stringify(list)} as the list`, () =>
      assertRefusedOption(() => parse(list), 'boundary', '"trustedProxies"'))
  }
})

test('an address is plain: IPv4 when it is mapped, without a zone', () => {
  for (const [address, plain] of [
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
    ['10.0.0.1', '10.0.0.1'],
    ['', ''],
  ] as const) {
    assert.equal(plainAddress(address), plain)
  }
})
