import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryParameter } from '../../../../lib/authenticate/http-signature/query-parameter.ts'

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
})
