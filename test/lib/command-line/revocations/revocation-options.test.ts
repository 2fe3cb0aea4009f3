import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments } from '../../../../lib/command-line/arguments.ts'
import {
  assertName,
  BEFORE_OPTION,
  beforeGiven,
  expiresAtGiven,
  REVOKE_OPTIONS,
  versionGiven,
} from '../../../../lib/command-line/revocations/revocation-options.ts'
import { parseTime } from '../../../../lib/command-line/time.ts'

const NOW = 1_764_000_000.5
const given = (name: string, value: string) => new Arguments([], new Map([[name, [value]]]))

test('an end is never earlier than asked for, whatever the part of the second', () => {
  assert.equal(expiresAtGiven(given('expires-in', '1h'), NOW), 1_764_000_001 + 3_600)
  assert.equal(expiresAtGiven(given('x', 'y'), NOW), 1_764_000_001 + 86_400)
})

test('now is now, to the part of the second: a token issued in this second counts', () => {
  assert.equal(beforeGiven(given('before', 'now'), NOW), NOW)
  assert.equal(beforeGiven(given('x', 'y'), NOW), undefined)
})

test('the examples of the help can be read', () => {
  assert.ok(REVOKE_OPTIONS['expires-in']?.help.includes('1d'))
  for (const [, example = ''] of BEFORE_OPTION.help.matchAll(/\((\d[\w:-]*\w)/g)) assert.ok(parseTime(example), example)
})

test('a version is a whole number', () => {
  assert.equal(versionGiven(given('below', '12')), 12)
  for (const text of ['', 'x', '1e3', '-1', '1.0', '9'.repeat(16)]) {
    assert.throws(() => versionGiven(given('below', text)), /whole number/)
  }
})

test('names of every form are names, as long as they are no tokens and no keys', () => {
  for (const name of ['t-1', 'auth0|1', 'a.b.c', 'eyJ', 'key_1', '0oa1b2c3', 'user@example.com']) assertName(name)
  assert.throws(() => assertName('eyJhbGciOiJub25lIn0.e30.'), /that is a token/)
})
