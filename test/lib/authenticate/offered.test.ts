import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../../lib/authenticate/any-of.ts'
import { offeredBy } from '../../../lib/authenticate/offered.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'

const tokens = {
  ...headerAuthenticator('authorization', {}, { issuers: ['https://a.example'] }),
  ...{ method: 'access-token', methods: ['jwt', 'introspection'], canIntrospect: true },
}

test('of one authenticator: its method, or those that it says', () => {
  const key = headerAuthenticator('x-api-key', {})
  assert.deepEqual(offeredBy(key), { methods: ['x-api-key'], issuers: [], canIntrospect: false })
  assert.deepEqual(offeredBy(tokens), {
    ...{ methods: ['jwt', 'introspection'], issuers: ['https://a.example'], canIntrospect: true },
  })
})

test('of several: what its parts offer, to any depth', () => {
  const all = anyOf(anyOf(headerAuthenticator('x-api-key', {}), tokens), anonymous())
  assert.deepEqual(offeredBy(all), {
    methods: ['x-api-key', 'jwt', 'introspection', 'anonymous'],
    issuers: ['https://a.example'],
    canIntrospect: true,
  })
})

test('issuers that are found later are not known', () => {
  assert.equal(offeredBy({ ...tokens, issuers: 'any' }).issuers, undefined)
})
