import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECRET_COMMANDS } from '../../../../lib/command-line/secrets/commands.ts'
import { commandLine } from '../../../support/command-line.ts'

test('a secret is made, changed, ended and shown; and a request is signed', async () => {
  assert.deepEqual(
    SECRET_COMMANDS.map(({ group, name }) => `${group} ${name}`.trim()),
    ['secrets create', 'secrets rotate', 'secrets revoke', 'secrets list', 'sign'],
  )
  const { run } = commandLine()
  const { stdout } = await run('--help')
  for (const words of ['secrets create', 'sign', 'GATEWARDEN_SEALING_KEYS', 'GATEWARDEN_SECRET']) {
    assert.ok(stdout.includes(words), words)
  }
  assert.match((await run('secret', 'create')).stderr, /Did you mean secrets\?/)
  assert.match((await run('secrets', 'lst')).stderr, /Did you mean secrets list\?/)
})
