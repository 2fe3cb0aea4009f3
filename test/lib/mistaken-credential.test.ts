import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey } from '../../lib/api-key.ts'
import { mistakenCredential } from '../../lib/mistaken-credential.ts'
import { accessTokenClaims } from '../support/access-token.ts'
import { createSigningKey } from '../support/signing-key.ts'

test('a JWT and an API key are no ids, each time they come', () => {
  const token = createSigningKey('ES256', 'k').sign(accessTokenClaims())
  const key = generateApiKey('sk', 'live')
  for (let time = 0; time < 2; time++) {
    assert.equal(mistakenCredential(token), 'token')
    assert.equal(mistakenCredential(key), 'API key')
  }
})

test('ids of every form are none', () => {
  for (const name of ['t-1', 'auth0|1', 'a.b.c', 'eyJ', 'key_1', '0oa1b2c3', 'user@example.com', '']) {
    assert.equal(mistakenCredential(name), undefined, name)
  }
})
