import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, suite, test } from 'node:test'
import { KEY_SET_TIMES, RemoteKeySet } from '../../../../lib/authenticate/jwt/remote-key-set.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { testClock } from '../../../support/clock.ts'
import { listenOnFreePort } from '../../../support/free-port.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const first = createSigningKey('ES256', 'first').jwk

suite('over real HTTP', async () => {
  let fetches = 0
  let answer: string | undefined = JSON.stringify({ keys: [first] })
  const server = createServer((_request, response) => {
    fetches++
    if (answer === undefined) response.destroy()
    else response.end(answer)
  })
  const url = `http://127.0.0.1:${await listenOnFreePort(server)}/jwks`
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const overHttp = () => {
    const clock = testClock()
    const options = { ...KEY_SET_TIMES, locate: () => url, fetch, now: clock.now }
    return { clock, keySet: new RemoteKeySet({ ...options, warn: () => undefined }) }
  }

  test('keys are fetched once for 1,000 tokens', async () => {
    fetches = 0
    const { keySet } = overHttp()
    const found = await Promise.all(Array.from({ length: 1_000 }, () => keySet.find('first', 'ES256')))
    assert.equal(fetches, 1)
    assert.ok(found.every((key) => key?.keyId === 'first'))
  })

  test('a connection that breaks is an outage; the next try succeeds', async () => {
    const { clock, keySet } = overHttp()
    answer = undefined
    await assert.rejects(async () => keySet.find('first', 'ES256'), DependencyError)
    answer = JSON.stringify({ keys: [first] })
    clock.advance(1)
    assert.equal((await keySet.find('first', 'ES256'))?.keyId, 'first')
  })

  test('a set of more than 512 KiB is an outage', async () => {
    answer = JSON.stringify({ keys: [first], padding: 'x'.repeat(512 * 1024) })
    await assert.rejects(async () => overHttp().keySet.find('first', 'ES256'), DependencyError)
    answer = JSON.stringify({ keys: [first] })
  })
})
