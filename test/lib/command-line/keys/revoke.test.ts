import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revoke } from '../../../../lib/command-line/keys/revoke.ts'
import { memoryKeyStore } from '../../../../lib/store/memory.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { keyRecord, keyRecords } from '../../../support/key-record.ts'

async function revokedCount({ store }: ReturnType<typeof commandLine>): Promise<number> {
  return (await store.list({ limit: 100 })).filter(({ revokedAt }) => revokedAt === NOW).length
}

test('one key is revoked without a question', async () => {
  const record = keyRecord()
  const line = commandLine({ records: [record] })
  assert.deepEqual(await line.keys(revoke.name, record.id), {
    code: 0,
    stdout: `Revoked ${record.id} of acme.\n`,
    stderr: '',
  })
  assert.equal(await revokedCount(line), 1)
})

test('revoking again changes nothing, and says so', async () => {
  const record = keyRecord({ revokedAt: NOW - 86_400 })
  const { code, stdout } = await commandLine({ records: [record] }).keys('revoke', record.id)
  assert.deepEqual([code, stdout], [0, `Was revoked already, 2025-11-23 (1 day ago): ${record.id} of acme.\n`])
})

for (const [name, args] of [
  ['several ids', (ids: readonly string[]) => ids],
  ['an owner', () => ['--owner', 'acme']],
] as const) {
  const records = keyRecords(3)
  const ids = records.map(({ id }) => id)

  test(`${name}: where nobody can answer, --yes is needed`, async () => {
    const line = commandLine({ records })
    const refused = await line.keys('revoke', ...args(ids))
    assert.deepEqual(
      [refused.code, refused.stderr],
      [4, 'gatewarden: this revokes 3 keys: add --yes if that is meant\n'],
    )
    assert.equal(await revokedCount(line), 0)
    assert.equal((await line.keys('revoke', ...args(ids), '--yes')).code, 0)
    assert.equal(await revokedCount(line), 3)
  })

  test(`${name}: on a terminal the keys are shown, and a person is asked`, async () => {
    for (const [answer, code, count] of [
      ['yes', 0, 3],
      ['YES ', 0, 3],
      ['y', 4, 0],
      ['', 4, 0],
      [undefined, 4, 0],
    ] as const) {
      const line = commandLine({ records, isTerminal: true, ask: async () => answer })
      const run = await line.keys('revoke', ...args(ids))
      assert.deepEqual([run.code, await revokedCount(line)], [code, count], answer)
      for (const id of ids) assert.ok(run.stderr.includes(id))
    }
  })
}

test('with a wrong id nothing is revoked', async () => {
  const record = keyRecord()
  const line = commandLine({ records: [record] })
  assert.equal((await line.keys('revoke', record.id, 'key_9', '--yes')).code, 3)
  assert.equal(await revokedCount(line), 0)
})

test('an id that is named twice is one key', async () => {
  const record = keyRecord()
  assert.equal((await commandLine({ records: [record] }).keys('revoke', record.id, record.id)).code, 0)
})

test('of an owner all pages are revoked, and only of that owner', async () => {
  const records = [...keyRecords(1_200), keyRecord({ owner: 'other' })]
  const { keys, store } = commandLine({ records })
  const { stdout } = await keys('revoke', '--owner', 'acme', '--yes', '--json')
  assert.equal(JSON.parse(stdout).keys.length, 1_200)
  assert.equal((await store.list({ owner: 'other', activeAt: 1, limit: 10 })).length, 1)
  assert.equal((await keys('revoke', '--owner', 'acme', '--yes')).code, 3)
})

test('either ids or an owner', async () => {
  const { keys } = commandLine()
  assert.equal((await keys('revoke')).code, 2)
  assert.equal((await keys('revoke', 'key_1', '--owner', 'acme')).code, 2)
})

test('a store that fails in between: what was done is said', async () => {
  const records = keyRecords(3)
  const inner = memoryKeyStore(records)
  let calls = 0
  const store = {
    ...inner,
    revoke: (id: string, at: number) => {
      if (++calls === 3) throw new Error('down')
      return inner.revoke(id, at)
    },
  }
  const { code, stderr } = await commandLine({ store }).keys('revoke', '--owner', 'acme', '--yes')
  assert.equal(code, 1)
  assert.match(stderr, /2 of 3 keys were revoked, then it failed/)
})
