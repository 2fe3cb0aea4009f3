import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stale } from '../../../../lib/command-line/keys/stale.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { keyRecord, keyRecords } from '../../../support/key-record.ts'

const DAY = 86_400
const FRESH = { createdAt: NOW - 400 * DAY, lastUsedAt: NOW - DAY }

const unused = keyRecord({ ...FRESH, lastUsedAt: NOW - 91 * DAY })
const neverUsed = keyRecord({ createdAt: NOW - 120 * DAY })
const expiring = keyRecord({ ...FRESH, expiresAt: NOW + 13 * DAY })
const both = keyRecord({ createdAt: NOW - 120 * DAY, expiresAt: NOW + DAY })
const records = [
  ...[unused, neverUsed, expiring, both],
  keyRecord(FRESH),
  keyRecord({ createdAt: NOW - 89 * DAY }),
  keyRecord({ ...FRESH, expiresAt: NOW + 15 * DAY }),
  keyRecord({ createdAt: 1, revokedAt: 2 }),
  keyRecord({ createdAt: 1, expiresAt: NOW - 1 }),
  keyRecord({ createdAt: 1, replacedBy: 'key_x', graceUntil: NOW + DAY }),
]

test('what is unused, or expires soon, is shown once with its reasons', async () => {
  const { code, stdout } = await commandLine({ records }).keys(stale.name, '--json')
  assert.equal(code, 0)
  const found = JSON.parse(stdout).keys.map(({ id, reasons }: { id: string; reasons: string[] }) => [id, ...reasons])
  assert.deepEqual(found, [
    [unused.id, 'unused'],
    [neverUsed.id, 'unused'],
    [both.id, 'unused', 'expiring'],
    [expiring.id, 'expiring'],
  ])
})

test('people read why', async () => {
  const { stdout } = await commandLine({ records }).keys('stale')
  assert.match(stdout, new RegExp(`${unused.id}.* used 3 months ago\n`))
  assert.match(stdout, new RegExp(`${neverUsed.id}.* never used, made 4 months ago\n`))
  assert.match(stdout, new RegExp(`${both.id}.* never used, made 4 months ago; expires in 1 day\n`))
})

test('the bounds can be set', async () => {
  const { keys } = commandLine({ records })
  const count = async (...args: string[]) => JSON.parse((await keys('stale', '--json', ...args)).stdout).keys.length
  assert.equal(await count('--unused-for', '1y', '--expiring-within', '0'), 0)
  assert.equal(await count('--unused-for', '1y', '--expiring-within', '30d'), 3)
  assert.equal(await count('--owner', 'other'), 0)
  assert.equal((await keys('stale', '--unused-for', 'long')).code, 2)
})

test('nothing stale is a note', async () => {
  assert.deepEqual(await commandLine().keys('stale'), {
    code: 0,
    stdout: '',
    stderr: 'No stale keys in sqlite:memory.\n',
  })
})

test('many pages are gone through', async () => {
  const { stdout } = await commandLine({ records: keyRecords(2_100, { createdAt: 1 }) }).keys('stale', '--json')
  assert.equal(JSON.parse(stdout).keys.length, 2_100)
})
