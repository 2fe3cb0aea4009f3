import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkedHosts } from '../../../lib/authorize/rule-hosts.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

test('hosts are names, addresses, or a wild card before a name', () => {
  const hosts = ['api.example.com', '*.example.com', 'localhost', '192.0.2.1', '[2001:db8::1]']
  assert.deepEqual(checkedHosts(hosts), hosts)
  assert.deepEqual(checkedHosts(['API.Example.COM', 'api.example.com']), ['api.example.com'])
  assert.equal(checkedHosts(undefined), undefined)
})

test('what no host can be is refused', () => {
  for (const host of [
    'api.example.com:443',
    'https://a',
    '*',
    '*.',
    'a.*.b',
    'a*.b',
    'a.',
    '.a',
    '',
    'a/b',
    '2001:db8::1',
    'a b',
  ]) {
    assertRefusedOption(() => checkedHosts([host]), '"hosts"')
  }
  for (const hosts of [[], 'a', {}]) assertRefusedOption(() => checkedHosts(hosts), '"hosts"')
})
