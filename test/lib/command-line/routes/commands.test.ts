import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROUTE_COMMANDS } from '../../../../lib/command-line/routes/commands.ts'

test('routes are checked and listed, without a store', () => {
  assert.deepEqual(
    ROUTE_COMMANDS.map(({ group, name, usesStore }) => `${group} ${name} ${usesStore}`),
    ['routes check false', 'routes list false'],
  )
})
