import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROUTE_COMMANDS } from '../../../../lib/command-line/routes/commands.ts'
import { ROUTE_OPTIONS, ROUTES_FILE } from '../../../../lib/command-line/routes/route-options.ts'

test('every command takes a file, read as the gateway reads it', () => {
  for (const { operands, options } of ROUTE_COMMANDS) {
    assert.equal(operands, ROUTES_FILE)
    assert.deepEqual(Object.keys(options), Object.keys(ROUTE_OPTIONS))
  }
})
