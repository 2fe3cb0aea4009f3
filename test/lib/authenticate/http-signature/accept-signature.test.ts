import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptSignature } from '../../../../lib/authenticate/http-signature/accept-signature.ts'

test('tells what a signature must cover, and its tag', () => {
  assert.equal(acceptSignature(['@method', 'date'], undefined), 'sig=("@method" "date");created')
  assert.equal(acceptSignature(['@method'], 'shop'), 'shop=("@method");created;tag="shop"')
  assert.equal(acceptSignature(['@method'], 'Our "shop"'), 'sig=("@method");created;tag="Our \\"shop\\""')
})
