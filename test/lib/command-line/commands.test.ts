import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMANDS } from '../../../lib/command-line/commands.ts'

test('no two commands are called alike', () => {
  const names = COMMANDS.map(({ group, name }) => `${group} ${name}`)
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.includes('keys create') && names.includes('revoke token') && names.includes('revocations list'))
})
