import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readCredential, urlCredentialTest } from '../../../lib/authenticate/credential.ts'
import { requestView } from '../../support/request-view.ts'

suite('a header with a scheme', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   abc', 'abc'],
    ['Bearer abc def', 'abc def'],
    ['Bearer abc ', 'abc '],
    ['Bearer', ''],
    ['Bearer ', ''],
    ['Bearerabc', undefined],
    ['Bearer\tabc', undefined],
    [' Bearer abc', undefined],
    ['Basic abc', undefined],
    ['', undefined],
  ]
  for (const [authorization, expected] of cases) {
    test(JSON.stringify(authorization), () => {
      const source = { header: 'authorization', scheme: 'Bearer' }
      assert.equal(readCredential(requestView({ authorization }), source), expected)
    })
  }
})

test('a header without a scheme is read whole, an empty one too', () => {
  assert.equal(readCredential(requestView({ 'x-api-key': ' a b ' }), { header: 'x-api-key' }), ' a b ')
  assert.equal(readCredential(requestView({ 'x-api-key': '' }), { header: 'x-api-key' }), '')
  assert.equal(readCredential(requestView(), { header: 'x-api-key' }), undefined)
})

test('a credential in the URL is found, whatever its case, and nothing else', () => {
  const isInUrl = urlCredentialTest(['access_token', 'x-api-key'])
  for (const query of ['access_token=a', 'a=b&access_token=c', 'ACCESS_TOKEN=', 'x-api-key=1', '&&X-Api-Key=1']) {
    assert.ok(isInUrl(query), query)
  }
  for (const query of [
    'access%5Ftoken=a',
    'access%5ftoken=a',
    'a&%61ccess_toke%6e=b',
    '%41CCESS_TOKEN=',
    'x%2Dapi-key=1',
  ]) {
    assert.ok(isInUrl(query), query)
  }
  for (const query of [
    '',
    'access%255Ftoken=1',
    '%51ccess_token=1',
    'access_tokens=1',
    'my_access_token=1',
    'a=access_token',
    'a=b?access_token=c',
    'xxapixkey=1',
    'access_token',
  ]) {
    assert.ok(!isInUrl(query), query)
  }
  assert.ok(!urlCredentialTest([])('access_token=a'))
})

test('a name is no pattern', () => {
  const isInUrl = urlCredentialTest(['a.b', 'c|d'])
  assert.ok(isInUrl('a.b=1'))
  assert.ok(!isInUrl('axb=1'))
  assert.ok(!isInUrl('c=1'))
})
