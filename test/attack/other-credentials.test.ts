import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()

suite('a route for one kind of credential takes no other, whatever scopes it has', () => {
  const token = gateway.token({ scope: 'partners:use webhooks:send signed:use' })
  for (const [method, target] of [
    ['GET', '/partners/x'],
    ['POST', '/webhooks/x'],
    ['GET', '/signed/x'],
  ] as const) {
    test(`${method} ${target}`, async () => {
      const headers = ['Host: localhost', `Authorization: Bearer ${token}`]
      assert.equal(statusOf(await sendRequestLines(gateway.port, { method, target, headers })), 403)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }
})
