import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHost } from '../../../lib/request/host.ts'

test('a host is lower-case, without port and trailing dot', () => {
  for (const [field, host] of [
    ['api.example.test', 'api.example.test'],
    ['API.Example.Test:8443', 'api.example.test'],
    ['api.example.test.', 'api.example.test'],
    ['api.example.test.:80', 'api.example.test'],
    ['localhost', 'localhost'],
    ['127.0.0.1:80', '127.0.0.1'],
    ['[::1]:443', '[::1]'],
    ['[2001:DB8::1]', '[2001:db8::1]'],
  ] as const) {
    assert.equal(parseHost(field), host)
  }
})

test('anything else is none', () => {
  const bad = [
    '',
    ' ',
    'a b',
    'a,b',
    'a/b',
    'a@b',
    'user:pass@a',
    'a:',
    'a:99999',
    'a:-1',
    'a:80:80',
    '::1',
    '[::1',
    '[::1]x',
    '[g]',
  ]
  for (const field of [
    ...bad,
    '.a',
    'a..',
    'a..b',
    'a...',
    '..',
    '-a',
    'a\n',
    'a\r\nX: y',
    'a?b',
    'a#b',
    'a%2eb',
    '\u00e9',
    'a'.repeat(300),
    'http://a',
  ]) {
    assert.equal(parseHost(field), undefined, JSON.stringify(field))
  }
})

test('each field is read by itself, whatever came before it', () => {
  for (const field of ['a.test', '', 'a.test:80', 'a b', 'a.test', 'a.test', 'b.test', '']) {
    const host = /^[ab]\.test/.exec(field)?.[0]
    assert.equal(parseHost(field), host, field)
    assert.equal(parseHost(field), host, field)
  }
})
