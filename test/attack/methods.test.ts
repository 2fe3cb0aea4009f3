import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusesIn, statusOf } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()
const bearer = (claims: Readonly<Record<string, unknown>>) => [`Authorization: Bearer ${gateway.token(claims)}`]
const admin = bearer({ roles: ['admin'] })
const reader = bearer({ scope: 'read:orders', roles: [] })
const LET_IN = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const send = (method: string, target: string, headers: readonly string[] = []) =>
  sendRequestLines(gateway.port, { method, target, headers })

suite('a method', () => {
  for (const method of LET_IN) {
    test(`${method} is no way around a rule`, async () => {
      assert.equal(statusOf(await send(method, '/admin/users')), 401)
      assert.equal(statusOf(await send(method, '/admin/users', reader)), 403)
      assert.deepEqual(gateway.upstream.take(), [])
      assert.equal(statusOf(await send(method, '/admin/users', admin)), 200)
      assert.equal(statusOf(await send(method, '/nothing', admin)), 403)
      assert.deepEqual(
        gateway.upstream.take().map((record) => [record.method, record.target]),
        [[method, '/admin/users']],
      )
    })
  }

  const unknown = [
    ...['TRACE', 'QUERY', 'PURGE', 'PROPFIND', 'MKCOL', 'MOVE', 'COPY', 'LOCK', 'SEARCH', 'LINK', 'REPORT', 'SOURCE'],
    ...['FOO', 'get', 'Get', 'GETX', 'GE', 'HEAD\t', 'get:', 'DEBUG', 'PRI', '__PROTO__', 'constructor'],
  ]
  for (const method of unknown) {
    test(`${JSON.stringify(method)} is refused, whoever asks, and wherever`, async () => {
      for (const target of ['/admin/users', '/public/welcome', '/orders/1', '/health']) {
        for (const headers of [[], admin]) assert.equal(statusOf(await send(method, target, headers)), 400)
      }
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('HEAD is allowed what GET is, and is answered without a body', async () => {
    for (const headers of [[], reader, admin]) {
      for (const target of ['/health', '/orders/1', '/admin/x', '/public/x', '/echo', '/nothing']) {
        const [get, head] = [await send('GET', target, headers), await send('HEAD', target, headers)]
        assert.equal(statusOf(head), statusOf(get), target)
        assert.equal(head.split('\r\n\r\n')[1], '')
      }
    }
    gateway.upstream.take()
  })

  test('that reads is all that a reader may use', async () => {
    const statuses = []
    for (const method of LET_IN) statuses.push([method, statusOf(await send(method, '/orders/1', reader))])
    assert.deepEqual(Object.fromEntries(statuses), {
      ...{ GET: 200, HEAD: 200, POST: 403, PUT: 403, PATCH: 403, DELETE: 403, OPTIONS: 403 },
    })
    assert.equal(gateway.upstream.take().length, 2)
  })

  test('other than the one that is public stays closed', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      assert.equal(statusOf(await send(method, '/health')), 401)
      assert.equal(statusOf(await send(method, '/health', reader)), 403)
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('TRACE shows nobody his credentials', async () => {
    const answer = await send('TRACE', '/public/welcome', admin)
    assert.deepEqual(statusesIn(answer), [400])
    assert.ok(!/bearer eyJ/i.test(answer))
  })
})
