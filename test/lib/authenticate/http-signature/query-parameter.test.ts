import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryParameters } from '../../../../lib/authenticate/http-signature/query-parameter.ts'

const queryParameter = (query: string, name: string) => queryParameters(query).get(name)

/** The examples of RFC 9421, section 2.2.8. */
const QUERY = 'var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something'

test('one spelling of a value, however it was encoded', () => {
  assert.equal(queryParameter(QUERY, 'var'), 'this%20is%20a%20big%0Amultiline%20value')
  assert.equal(queryParameter(QUERY, 'bar'), 'with%20plus%20whitespace')
  assert.equal(queryParameter(QUERY, 'fa%C3%A7ade%22%3A%20'), 'something')
  assert.equal(queryParameter("a=!'()~*-._", 'a'), '%21%27%28%29%7E*-._')
  assert.equal(queryParameter('a', 'a'), '')
})

test('a parameter that is absent, or there twice, has no value', () => {
  assert.equal(queryParameter('a=1', 'b'), undefined)
  assert.equal(queryParameter('', 'a'), undefined)
  assert.equal(queryParameter('a=1&a=1', 'a'), undefined)
  assert.equal(queryParameter('a=1&%61=2', 'a'), undefined)
  assert.equal(queryParameter('a=1&a=2&a=3', 'a'), undefined)
})

test('bytes that are no UTF-8 have no value: all of them would have the same', () => {
  for (const query of ['a=%ff', 'a=%fe', 'a=%c3', 'a=%ed%a0%80']) assert.equal(queryParameter(query, 'a'), undefined)
  assert.equal(queryParameter('%ff=1', '%EF%BF%BD'), undefined)
  assert.equal(queryParameter('a=%f0%9f%98%80', 'a'), '%F0%9F%98%80')
})
