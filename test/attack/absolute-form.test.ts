import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusesIn, statusOf } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()
const admin = `Authorization: Bearer ${gateway.token({ roles: ['admin'] })}`

/** RFC 9112 §3.2: only the first of the four forms of a target is a path of this gateway. */
suite('a target that is no path', () => {
  const targets = [
    ...[
      'http://evil.example.test/admin',
      'http://x//admin',
      'https://127.0.0.1/admin',
      'HTTP://127.0.0.1/public/welcome',
    ],
    ...[`http://127.0.0.1:${gateway.port}/public/welcome`, 'http://127.0.0.1:1/', 'http:/admin', 'http:admin'],
    ...[
      'ws://127.0.0.1/ws',
      'file:///etc/passwd',
      'data:,x',
      '//127.0.0.1/public/welcome',
      'http://a@127.0.0.1/public/x',
    ],
    ...['public/welcome', '*', '?', '127.0.0.1:443', 'http://127.0.0.1/public/../admin', 'http://127.0.0.1?/public/x'],
  ]
  for (const target of targets) {
    test(`${target} is refused`, async () => {
      for (const headers of [[], [admin]]) {
        assert.equal(statusOf(await sendRequestLines(gateway.port, { target, headers })), 400)
      }
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('OPTIONS * is refused', async () => {
    for (const target of ['*', '/*', 'http://127.0.0.1/*', 'http://127.0.0.1']) {
      const answer = await sendRequestLines(gateway.port, { method: 'OPTIONS', target })
      assert.ok([400, 401].includes(statusOf(answer)), target)
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('nor anything that Express can read is answered by Express itself, and never served', async () => {
    for (const target of ['http://', 'http://?/public/x', 'https://?<b>']) {
      const answer = await sendRequestLines(gateway.port, { target, headers: [admin] })
      assert.equal(statusOf(answer), 404)
      assert.ok(!answer.includes('public') && !answer.includes('<b>'))
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('CONNECT opens no tunnel', async () => {
    for (const target of ['127.0.0.1:443', `127.0.0.1:${gateway.port}`, '/admin', '/public/welcome']) {
      const answer = await sendRequestLines(gateway.port, { method: 'CONNECT', target, headers: [admin] })
      assert.ok(!statusesIn(answer).some((status) => status < 400), answer)
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('beside one that is: the host comes from Host, and the target goes on as a path', async () => {
    const headers = ['Host: localhost']
    assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/public/a?b=http://c/', headers })), 200)
    assert.deepEqual(
      gateway.upstream.take().map(({ target }) => target),
      ['/public/a?b=http://c/'],
    )
  })
})
