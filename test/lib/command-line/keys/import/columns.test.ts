import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldOfColumn, valueOfField } from '../../../../../lib/command-line/keys/import/columns.ts'
import { KEY_FIELDS } from '../../../../../lib/keys/key-fields.ts'

test('every field is a column under its own name, and in snake case', () => {
  for (const field of KEY_FIELDS) {
    assert.equal(fieldOfColumn(field), field)
    assert.equal(fieldOfColumn(field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)), field)
  }
  assert.deepEqual(['Network', 'ROUTES', 'tenant', 'hash', '__proto__'].map(fieldOfColumn), [
    ...['allowedNetworks', 'allowedRoutes', 'tenantId', 'hash', 'proto'],
  ])
})

test('texts become what their field holds', () => {
  assert.deepEqual(valueOfField('scopes', ' a  b ', 0), ['a', 'b'])
  assert.deepEqual(valueOfField('allowedRoutes', 'GET /a; POST /b', 0), ['GET /a', 'POST /b'])
  assert.equal(valueOfField('expiresAt', '1798675200', 0), 1_798_675_200)
  assert.equal(valueOfField('expiresAt', '1970-01-02', 0), 86_400)
  assert.equal(valueOfField('label', 'a b', 0), 'a b')
})

test('what cannot be read stays for the check of the field', () => {
  assert.equal(valueOfField('expiresAt', 'soon', 0), 'soon')
  assert.deepEqual(valueOfField('scopes', ['a'], 0), ['a'])
  assert.equal(valueOfField('owner', 7, 0), 7)
})
