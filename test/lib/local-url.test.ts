import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLocalUrl } from '../../lib/local-url.ts'

test('this machine and its link are local, however they are written', () => {
  const local = [
    'http://127.0.0.1',
    'http://127.1',
    'http://0',
    'http://localhost.',
    'http://a.localhost',
    'http://[::1]',
  ]
  const link = ['http://169.254.169.254', 'http://[fe80::1]', 'http://[::ffff:127.0.0.1]', 'http://2130706433']
  for (const url of [...local, ...link]) assert.equal(isLocalUrl(url), true, url)
  for (const url of [
    'https://login.example.test',
    'https://10.0.0.1',
    'https://localhost.example.test',
    'https://[::2]',
  ]) {
    assert.equal(isLocalUrl(url), false, url)
  }
})
