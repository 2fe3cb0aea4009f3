import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openRevocationStore } from '../../../lib/store/open-revocation-store.ts'
import { gatewardenProcess } from '../../support/gatewarden-process.ts'
import { principal } from '../../support/outcomes.ts'
import { makeDatabase } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { revocationListUnderTest } from '../../support/revocation-list-under-test.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** What a process of its own writes is seen within one poll, and not before. */
async function isSeenAtThePoll(url: string): Promise<void> {
  const { store, close } = await openRevocationStore(url, { create: true })
  const { list, timer } = revocationListUnderTest({ store, now: () => Date.now() / 1000 })
  const revoked = principal({ credentialId: 't-1', issuer: 'https://login.example.com' })
  await list.ready()
  assert.equal(list.covers(revoked), false)
  const args = ['revoke', 'token', 't-1', '--issuer', 'https://login.example.com', '--store', url]
  const { code, stderr } = await gatewardenProcess(args)
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(list.covers(revoked), false)
  timer.run()
  // When the poll is over, it has scheduled the next one.
  while (timer.delays().length === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(list.covers(revoked), true)
  assert.equal(list.covers(principal({ credentialId: 't-2' })), false)
  list.close()
  await close()
}

test('SQLite: seen at the next poll', () => isSeenAtThePoll(`sqlite:${join(temporaryFolder(), 'revocations.db')}`))

describe('PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.remove())
  test('seen at the next poll', async () => isSeenAtThePoll(await makeDatabase(server)))
})

describe('Redis, without a subscription', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis()
  })
  after(() => server.remove())
  test('seen at the next poll', () => isSeenAtThePoll(`redis://127.0.0.1:${server.port}`))
})
