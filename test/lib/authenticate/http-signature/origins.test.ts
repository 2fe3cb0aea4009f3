import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedOrigins } from '../../../../lib/authenticate/http-signature/origins.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const originOf = signedOrigins('test', ['https://api.example.test/', 'http://localhost:3000', 'http://plain.test'])

test('the host chooses among the origins, in any case, and with the port that the scheme implies', () => {
  const url = (authority: string) => originOf({ authority })?.url
  assert.equal(url('api.example.test'), 'https://api.example.test')
  assert.equal(url('API.Example.Test:443'), 'https://api.example.test')
  assert.equal(url('localhost:3000'), 'http://localhost:3000')
  assert.equal(url('plain.test:80'), 'http://plain.test')
  assert.deepEqual(originOf({ authority: 'plain.test:80' }), {
    url: 'http://plain.test',
    scheme: 'http',
    authority: 'plain.test',
  })
})

test('another host has none', () => {
  for (const authority of [
    ...['', 'evil.test', 'localhost', 'localhost:80', 'api.example.test:80', 'plain.test:443', 'api.example.test.'],
    ...['api.example.test:0443', 'api.example.test:', 'api.example.test:443:443', 'plain.test:8080'],
  ]) {
    assert.equal(originOf({ authority }), undefined, authority)
  }
})

test('origins are checked at boot', () => {
  const refuse = (origins: unknown, word: string) => assertRefusedOption(() => signedOrigins('test', origins), word)
  refuse([], 'origins')
  refuse(['api.example.test'], 'api.example.test')
  refuse(['https://a.test/x'], 'origin')
  refuse(['ftp://a.test'], 'origin')
  refuse(['https://user@a.test'], 'origin')
  refuse(['https://a.test', 'http://a.test'], 'one scheme')
})
