import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REVOCATION_COMMANDS } from '../../../../lib/command-line/revocations/commands.ts'
import { REVOCATION_KINDS } from '../../../../lib/revocation-rules.ts'

test('there is a command for every kind of revocation, and one to see them', () => {
  assert.deepEqual(
    REVOCATION_COMMANDS.map(({ group, name }) => `${group} ${name}`),
    [...REVOCATION_KINDS.map((kind) => `revoke ${kind}`), 'revocations list'],
  )
})
