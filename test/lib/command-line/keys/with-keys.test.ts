import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments } from '../../../../lib/command-line/arguments.ts'
import { actorOf, done, isProblem, withKeys } from '../../../../lib/command-line/keys/with-keys.ts'
import { commandLine } from '../../../support/command-line.ts'

const NOTHING = new Arguments([], new Map())

test('the store is closed, also when the work fails', async () => {
  const { io, open } = commandLine()
  assert.equal(await withKeys(NOTHING, io, async () => open()), 1)
  await assert.rejects(
    withKeys(NOTHING, io, () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(open(), 0)
})

test('the option goes before the environment', async () => {
  const opened: string[] = []
  const { io, store } = commandLine({
    async openKeyStore(url) {
      opened.push(url)
      return { store, isNew: false, close: async () => undefined }
    },
  })
  await withKeys(NOTHING, io, async () => undefined)
  await withKeys(new Arguments([], new Map([['store', ['sqlite:other']]])), io, async ({ storeName }) => {
    assert.equal(storeName, 'sqlite:other')
  })
  assert.deepEqual(opened, ['sqlite:memory', 'sqlite:other'])
})

test('problems end a command, and the rest goes through', () => {
  const problem = { problem: 'duplicate', detail: 'there' } as const
  assert.ok(isProblem(problem))
  assert.throws(() => done(problem), { exitCode: 4, message: 'there' })
  assert.deepEqual(done({ id: 'key_1' }), { id: 'key_1' })
})

test('the actor is the user of the machine', () => assert.equal(actorOf(commandLine().io), 'cli:alice'))
