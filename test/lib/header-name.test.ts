import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldHeaderName, isManageable, isToken } from '../../lib/header-name.ts'

test('every spelling that a backend could take for one name is that name', () => {
  const spellings = [
    'X-User-ID',
    'x_user_id',
    'X.User.Id',
    'x-user_id',
    'X--User--Id',
    '-x-user-id-',
    "x'user!id",
    '_X_USER_ID_',
  ]
  for (const name of spellings) assert.equal(foldHeaderName(name), 'x-user-id', name)
})

test('other names are other names', () => {
  for (const name of ['xuserid', 'x-user-id2', 'x-userid', 'x-user']) assert.notEqual(foldHeaderName(name), 'x-user-id')
  assert.equal(foldHeaderName('___'), '')
  assert.equal(foldHeaderName(''), '')
})

test('a token is a token (RFC 9110 section 5.6.2)', () => {
  for (const value of ['X-User-ID', 'a', "!#$%&'*+.^_`|~0-9"]) assert.ok(isToken(value), value)
  for (const value of ['', 'a b', 'a:', 'a\n', '\u00e9', 'a,b', 'a"', 'a/b', '(a)'])
    assert.ok(!isToken(value), JSON.stringify(value))
})

test('a header of ours has a name that frames nothing, and that no server reads as another', () => {
  for (const name of ['X-User-ID', 'x-area', 'Department']) assert.ok(isManageable(name), name)
  const others = [
    'Host',
    'content-length',
    'Content-Type',
    'Transfer-Encoding',
    'Connection',
    'TE',
    'proxy-x',
    'Cookie',
  ]
  for (const name of [...others, 'X-Forwarded-For', 'Authorization', 'X_Area', 'X Area', '', undefined, 1]) {
    assert.ok(!isManageable(name), String(name))
  }
})
