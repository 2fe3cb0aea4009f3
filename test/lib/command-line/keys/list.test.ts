import assert from 'node:assert/strict'
import { test } from 'node:test'
import { list } from '../../../../lib/command-line/keys/list.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { keyRecord, keyRecords } from '../../../support/key-record.ts'

test('keys are a table, with titles and without hashes', async () => {
  const records = [keyRecord({ label: 'one' }), keyRecord({ label: 'two', owner: 'other' })]
  const { code, stdout, stderr } = await commandLine({ records }).keys(list.name)
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^ID +OWNER +LABEL/)
  assert.equal(stdout.split('\n').length, 4)
  for (const { id, hash } of records) assert.ok(stdout.includes(id) && !stdout.includes(hash))
})

test('for programs it is what the HTTP interface answers', async () => {
  const record = keyRecord({ expiresAt: NOW - 1 })
  const { stdout } = await commandLine({ records: [record] }).keys('list', '--json')
  const { hash: _hash, ...rest } = record
  assert.deepEqual(JSON.parse(stdout), { keys: [{ ...rest, status: 'expired' }] })
})

test('a page ends with how to go on, and its end is where the next begins', async () => {
  const records = keyRecords(5)
  const { keys } = commandLine({ records })
  const ids = records.map(({ id }) => id)
  const first = await keys('list', '--limit', '2')
  assert.match(first.stderr, new RegExp(`--cursor ${ids[1]} for the next page`))
  const pages = [JSON.parse((await keys('list', '--limit', '2', '--json')).stdout)]
  while (pages.at(-1).next) {
    pages.push(JSON.parse((await keys('list', '--limit', '2', '--json', '--cursor', pages.at(-1).next)).stdout))
  }
  assert.deepEqual(
    pages.flatMap((page) => page.keys.map((key: { id: string }) => key.id)),
    ids,
  )
})

test('all pages come as one', async () => {
  const records = keyRecords(2_500)
  const { keys } = commandLine({ records })
  const { stdout, stderr } = await keys('list', '--all')
  assert.deepEqual([stdout.split('\n').length, stderr], [2_502, ''])
  assert.equal(JSON.parse((await keys('list', '--all', '--json', '--limit', '7')).stdout).keys.length, 2_500)
})

test('only of an owner, and only what is in force', async () => {
  const good = keyRecord()
  const records = [
    good,
    keyRecord({ owner: 'other' }),
    keyRecord({ revokedAt: 1 }),
    keyRecord({ expiresAt: NOW }),
    keyRecord({ replacedBy: 'key_x', graceUntil: NOW + 60 }),
  ]
  const { stdout } = await commandLine({ records }).keys('list', '--owner', 'acme', '--active', '--json')
  assert.deepEqual(
    JSON.parse(stdout).keys.map(({ id }: { id: string }) => id),
    [good.id],
  )
})

test('no key is a note, not an empty table', async () => {
  const { keys } = commandLine()
  assert.deepEqual(await keys('list'), { code: 0, stdout: '', stderr: 'No such keys in sqlite:memory.\n' })
  assert.deepEqual(await keys('list', '--json'), { code: 0, stdout: '{"keys":[]}\n', stderr: '' })
})

test('a limit is a number from 1 to 1000', async () => {
  for (const limit of ['0', '1001', 'x', '-1', '1.5', '99999']) {
    assert.equal((await commandLine().keys('list', `--limit=${limit}`)).code, 2, limit)
  }
})

test('a label that another program wrote cannot move the terminal', async () => {
  const records = [keyRecord({ label: '\x1b[2J\x1b]0;owned\x07\nkey_0', owner: 'a\u202eb' })]
  for (const args of [['list'], ['list', '--json'], ['show', records[0]?.id ?? '']]) {
    assert.match((await commandLine({ records }).keys(...args)).stdout, /^[\x20-\x7e\n…]+$/)
  }
})
