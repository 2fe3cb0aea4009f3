import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KEY_COMMANDS } from '../../../../lib/command-line/keys/commands.ts'

test('the life of a key has a command for each of its steps', () => {
  const names = KEY_COMMANDS.map(({ name }) => name)
  assert.deepEqual(names, ['create', 'import', 'list', 'show', 'rotate', 'revoke', 'stale'])
})
