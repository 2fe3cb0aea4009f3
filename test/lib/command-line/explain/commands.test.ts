import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXPLAIN_COMMANDS } from '../../../../lib/command-line/explain/commands.ts'
import { commandLine } from '../../../support/command-line.ts'

test('explain stands alone', async () => {
  assert.deepEqual(
    EXPLAIN_COMMANDS.map(({ group, name }) => `${group}/${name}`),
    ['explain/'],
  )
  const { code, stdout } = await commandLine().run('explain', '--help')
  assert.equal(code, 0)
  assert.match(stdout, /gatewarden explain --routes FILE --path PATH/)
})
