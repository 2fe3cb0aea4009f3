import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments } from '../../../../lib/command-line/arguments.ts'
import { withRevocations } from '../../../../lib/command-line/revocations/with-revocations.ts'
import { commandLine } from '../../../support/command-line.ts'

test('the store is closed when the work is done, and when it fails', async () => {
  const { io, open, revocations } = commandLine({ env: { GATEWARDEN_STORE: 'redis://u:sEcr3t@h:1' } })
  const none = new Arguments([], new Map())
  assert.equal(await withRevocations(none, io, async (store, name) => store === revocations && name), 'redis://h:1')
  assert.equal(open(), 0)
  await assert.rejects(
    withRevocations(none, io, () => Promise.reject(new Error('lost'))),
    /lost/,
  )
  assert.equal(open(), 0)
})
