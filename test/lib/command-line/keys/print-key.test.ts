import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments } from '../../../../lib/command-line/arguments.ts'
import { printKey, QUIET_OPTION } from '../../../../lib/command-line/keys/print-key.ts'
import { commandLine } from '../../../support/command-line.ts'
import { keyRecord } from '../../../support/key-record.ts'

test('a key that could not be written is told, with what to do', async () => {
  const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
  const { io, keys, store } = commandLine({ outputError: closed })
  const record = keyRecord()
  await assert.rejects(printKey(io, { key: 'sk_live_x', record }, new Arguments([], new Map())), (error: Error) => {
    return error.message.includes(`revoke ${record.id}`) && !error.message.includes('sk_live_x')
  })
  const { code, stderr } = await keys('create', '--owner', 'acme', '--environment', 'live', '-q')
  const [made] = await store.list({ limit: 1 })
  assert.equal(code, 1)
  assert.ok(made && stderr.includes(`revoke ${made.id} and make another one`))
})

test('quiet has a short form', () => assert.equal(QUIET_OPTION.quiet?.short, 'q'))
