import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { networkOf, noNetworks, parseNetworks, plainAddress } from '../../lib/network.ts'
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

suite('the network of an address', () => {
  const cases: readonly (readonly [string, string, number?, number?])[] = [
    ['192.0.2.77', '192.0.2.77'],
    ['192.0.2.77', '192.0.2.0/24', 24],
    ['192.0.2.77', '192.0.2.64/27', 27],
    ['192.0.2.77', '128.0.0.0/1', 1],
    ['255.255.255.255', '255.255.255.254/31', 31],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1::/48', 32, 48],
    ['2001:db8:1:ffff::', '2001:db8:1:ff00::/56', 32, 56],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6::/128', 32, 128],
    ['ffff::', '8000::/1', 32, 1],
    ['::', '0:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.77', '192.0.2.77'],
    ['::ffff:c000:24d', '192.0.2.77'],
    ['0:0:0:0:0:FFFF:c000:24d', '192.0.2.0/24', 24],
    ['64:ff9b::192.0.2.77', '64:ff9b:0:0::/64'],
    ['64:ff9b::192.0.2.77', '64:ff9b:0:0:0:0:c000:24d::/128', 32, 128],
    ['', ''],
    ['localhost', ''],
    ['192.0.2', ''],
    ['192.0.2.77:80', ''],
  ]
  for (const [address, network, ipv4 = 32, ipv6 = 64] of cases) {
    test(`${address || 'nothing'} with /${ipv4} and /${ipv6}: ${network || 'that of what is no address'}`, () => {
      assert.equal(networkOf(address, { ipv4, ipv6 }), network)
    })
  }
})
