import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parseApiKey } from '../../../lib/api-key.ts'
import { openRevocationStore } from '../../../lib/store/open-revocation-store.ts'
import { gatewardenProcess } from '../../support/gatewarden-process.ts'
import { makeDatabase } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A key's whole life, by the real program; every step is a process of its own. */
async function wholeLife(store: string): Promise<void> {
  const env = { GATEWARDEN_STORE: store }
  const keys = (...args: string[]) => gatewardenProcess(['keys', ...args], { env })
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await keys(...args, '--json')
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }
  const made = await json('create', '--owner', 'acme', '--environment', 'live', '--scope', 'orders:read')
  assert.ok(parseApiKey(made.key))
  const rotated = await json('rotate', made.id, '--grace', '7d')
  const plain = 'a-key-of-another-system\n'
  const args = ['keys', 'import', '--keys-from', '-', '--owner', 'kong', '--environment', 'live']
  const imported = await gatewardenProcess(args, { env, input: plain })
  assert.deepEqual([imported.code, imported.stdout], [0, 'Imported 1 key, refused 0 lines.\n'])
  assert.equal((await gatewardenProcess(args, { env, input: plain })).code, 4)
  assert.equal((await json('list', '--all')).keys.length, 3)
  assert.deepEqual(
    (await json('list', '--owner', 'acme', '--active')).keys.map(({ id }: { id: string }) => id),
    [rotated.id],
  )
  assert.equal((await json('show', made.id)).replacedBy, rotated.id)
  assert.equal((await json('stale')).keys.length, 0)
  assert.equal((await keys('revoke', '--owner', 'acme')).code, 4)
  assert.equal((await json('revoke', '--owner', 'acme', '--yes')).keys.length, 2)
  assert.equal((await keys('rotate', rotated.id, '--grace', '0')).code, 4)
  assert.equal((await keys('show', 'key_nobody')).code, 3)
}

/** What is revoked by the real program, on a store that a gateway has made. */
async function revocations(store: string): Promise<void> {
  const made = await openRevocationStore(store, { create: true })
  await made.close()
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await gatewardenProcess([...args, '--json'], { env: { GATEWARDEN_STORE: store } })
    assert.deepEqual([code, stderr], [0, ''])
    return JSON.parse(stdout)
  }
  const token = await run('revoke', 'token', 't-1', '--issuer', 'https://login.example.com')
  const subject = await run('revoke', 'subject', 'alice', '--before', 'now', '--expires-in', '12h')
  assert.equal(token.tokenId, 't-1')
  assert.deepEqual(await run('revocations', 'list'), { revocations: [token, subject] })
}

const folder = temporaryFolder()

test('the life of a key in SQLite', () => wholeLife(`sqlite:${join(folder, 'keys.db')}`))
test('revocations in SQLite', () => revocations(`sqlite:${join(folder, 'revocations.db')}`))

describe('with PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.remove())
  test('the life of a key in PostgreSQL', async () => wholeLife(await makeDatabase(server)))
  test('revocations in PostgreSQL', async () => revocations(await makeDatabase(server)))
})

describe('with Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis()
  })
  after(() => server.remove())
  test('the life of a key in Redis', () => wholeLife(`redis://127.0.0.1:${server.port}`))
  test('revocations in Redis', () => revocations(`redis://127.0.0.1:${server.port}`))
})

test('a mistyped file shows no empty table and makes no file', async () => {
  const file = join(folder, 'kyes.db')
  const { code, stdout, stderr } = await gatewardenProcess(['keys', 'list', '--store', `sqlite:${file}`])
  assert.deepEqual([code, stdout, stderr.split('\n').length], [1, '', 2])
  assert.equal(existsSync(file), false)
})

test('a revocation is not written into a file that no gateway reads', async () => {
  const file = join(folder, 'typo.db')
  const { code, stdout, stderr } = await gatewardenProcess(['revoke', 'token', 't-1', '--store', `sqlite:${file}`])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /is the name right\? a gateway that uses it makes a new file/)
  assert.equal(existsSync(file), false)
})

test('the version is that of the package, from wherever it is called', async () => {
  const { code, stdout, stderr } = await gatewardenProcess(['--version'], { cwd: folder })
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test('importing the program starts nothing', async () => {
  assert.deepEqual(Object.keys(await import('../../../lib/command-line/main.ts')), [])
  assert.equal(process.exitCode, undefined)
})
