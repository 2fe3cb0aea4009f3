import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openKeyStore } from '../../../../lib/store/open-key-store.ts'
import { unusedPort } from '../../../support/free-port.ts'
import { keyRecord } from '../../../support/key-record.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../../support/redis-server.ts'
import { silentServer } from '../../../support/silent-server.ts'

const PASSWORD = 'sEcr3t@x'

describe('with Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis()
  })
  after(() => server.remove())

  test('keys are kept', async () => {
    const { store, isNew, close } = await openKeyStore(`redis://127.0.0.1:${server.port}`)
    assert.equal(isNew, false)
    await store.insert(keyRecord())
    await close()
    const again = await openKeyStore(`redis://127.0.0.1:${server.port}`)
    assert.equal((await again.store.list({ limit: 9 })).length, 1)
    await again.close()
  })

  test('a server that goes away is an error at once, and closing works still', async () => {
    const { store, close } = await openKeyStore(`redis://127.0.0.1:${server.port}`)
    await server.kill()
    await assert.rejects(async () => store.findById('key_1'))
    await close()
    await server.start()
  })

  test('a wrong password is said, and not shown', async () => {
    const admin = await openKeyStore(`redis://127.0.0.1:${server.port}`)
    await admin.close()
    await assert.rejects(
      openKeyStore(`redis://nobody:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}`),
      (error: Error) => /user name or the password is wrong/.test(error.message) && !error.message.includes('sEcr3t'),
    )
  })
})

test('where nothing listens, it says so without the password', async () => {
  await assert.rejects(openKeyStore(`redis://:sEcr3t@127.0.0.1:${await unusedPort()}`), (error: Error) => {
    return /nothing listens there/.test(error.message) && !error.message.includes('sEcr3t')
  })
})

test('a server that never answers is not waited for', async () => {
  const url = `redis://127.0.0.1:${await silentServer()}`
  await assert.rejects(openKeyStore(url, { timeoutMs: 100 }), /it gave no answer in time/)
})
