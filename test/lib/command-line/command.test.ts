import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMON_OPTIONS } from '../../../lib/command-line/command.ts'
import { COMMANDS } from '../../../lib/command-line/commands.ts'

test('no command takes the name, or the letter, of a common option', () => {
  const letters = Object.values(COMMON_OPTIONS).map(({ short }) => short)
  for (const { options } of COMMANDS) {
    assert.deepEqual(
      Object.keys(options).filter((name) => Object.hasOwn(COMMON_OPTIONS, name)),
      [],
    )
    assert.deepEqual(
      Object.values(options).filter(({ short }) => short !== undefined && letters.includes(short)),
      [],
    )
  }
})
