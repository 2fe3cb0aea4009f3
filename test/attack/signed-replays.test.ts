import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type IssuedSecret, secretVault } from '../../lib/secrets/vault.ts'
import { sqliteSecretStore } from '../../lib/store/sqlite-secrets.ts'
import { childMessage } from '../support/child-message.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { requestLines } from '../support/signed-gateway.ts'
import { type RequestToSign, signedHeaders } from '../support/signed-request.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const PROGRAM = fileURLToPath(new URL('../support/signed-instance-program.ts', import.meta.url))
const file = join(temporaryFolder(), 'secrets.db')
const sealingKey = randomBytes(32).toString('base64url')
const store = sqliteSecretStore({ file })
const vault = secretVault({ store, sealingKeys: [sealingKey] })

suite('S-02: two gateway processes on one Redis', { skip: skipWithoutRedis }, () => {
  let redis: RedisServer
  let issued: IssuedSecret
  const ports: number[] = []
  const ends: (() => void)[] = []

  before(async () => {
    redis = await startRedis()
    issued = await vault.create({ owner: 'acme' })
    for (let instance = 0; instance < 2; instance++) {
      const child = fork(PROGRAM, [String(redis.port), file, sealingKey], { stdio: 'ignore' })
      ends.push(() => child.kill())
      ports.push(Number(await childMessage(child)))
    }
  })
  after(async () => {
    for (const end of ends) end()
    store.close()
    await redis?.remove()
  })

  /** One request, signed once, to both at once. */
  async function toBoth(signed: RequestToSign, secret = issued.secret): Promise<readonly number[]> {
    const request = { timestamp: new Date().toISOString(), ...signed }
    const parts = requestLines(signedHeaders(issued.record.keyId, secret, request), request)
    return Promise.all(ports.map(async (port) => statusOf(await sendRequestLines(port, parts))))
  }

  for (const [name, signed] of [
    ['with a nonce', (run: number): RequestToSign => ({ nonce: `run-${run}` })],
    ['without', (run: number): RequestToSign => ({ method: 'POST', body: `body ${run}` })],
    ['of the form v1', (run: number): RequestToSign => ({ nonce: `v1-${run}`, v1: {} })],
  ] as const) {
    test(`of two identical requests at once, one to each, one comes in: 100 times, ${name}`, async () => {
      for (let run = 0; run < 100; run++) {
        const statuses = await toBoth(signed(run))
        assert.deepEqual([...statuses].sort(), [200, 401], `run ${run}`)
      }
    })
  }

  test('a rotation by another process is seen by both at once, and so is a revocation', async () => {
    const rotated = await vault.rotate(issued.record.keyId, 0)
    assert.deepEqual(await toBoth({ nonce: 'r-1' }), [401, 401])
    assert.deepEqual([...(await toBoth({ nonce: 'r-2' }, rotated?.secret))].sort(), [200, 401])
    await vault.revoke(issued.record.keyId)
    assert.deepEqual(await toBoth({ nonce: 'r-3' }, rotated?.secret), [401, 401])
  })
})
