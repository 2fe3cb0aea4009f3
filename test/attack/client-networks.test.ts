import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { boundary, type RouteRule } from '../../middleware/index.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

const authenticate = headerAuthenticator('x-api-key', { alice: principal() })
const routes: readonly RouteRule[] = [
  { path: '/inside', networks: ['10.0.0.0/8'] },
  { path: '/outside', not: { networks: ['10.0.0.0/8'] } },
]

async function gateway(trustedProxies: readonly string[]) {
  const app = express().use(boundary({ authenticate, routes, trustedProxies }), (_request, response) =>
    response.json({}),
  )
  const port = await serve(app)
  return async (target: string, ...chain: readonly string[]) => {
    const headers = ['X-API-Key: alice', ...chain.map((value) => `X-Forwarded-For: ${value}`)]
    return statusOf(await sendRequestLines(port, { target, headers }))
  }
}

suite('the network of a client, behind a proxy that is trusted', async () => {
  const send = await gateway(['127.0.0.1', '192.0.2.1'])
  const chains: readonly (readonly [readonly string[], number, number])[] = [
    [[], 403, 200],
    [['10.0.0.1'], 200, 403],
    [['::ffff:10.0.0.1'], 200, 403],
    [['::ffff:a00:1'], 200, 403],
    [['10.0.0.1, 203.0.113.9'], 403, 200],
    [['10.0.0.1', '203.0.113.9'], 403, 200],
    [['203.0.113.9, 10.0.0.1'], 200, 403],
    [['10.0.0.1, 203.0.113.9, 192.0.2.1'], 403, 200],
    [[`${'10.0.0.1, '.repeat(50)}203.0.113.9`], 403, 200],
  ]
  for (const [chain, inside, outside] of chains) {
    test(JSON.stringify(chain).slice(0, 80), async () => {
      assert.equal(await send('/inside', ...chain), inside)
      assert.equal(await send('/outside', ...chain), outside)
    })
  }
  for (const bad of [
    'unknown',
    '010.0.0.1',
    '0x0a.0.0.1',
    '10.1',
    '10.0.0.1:5555',
    '10.0.0.1/8',
    '[::ffff:10.0.0.1]',
    '10.0.0.1,',
    ',',
  ]) {
    test(`what is no address is refused: ${bad}`, async () => {
      assert.equal(await send('/inside', bad), 400)
      assert.equal(await send('/outside', bad), 400)
    })
  }
})

test('without a trusted proxy, what a client says of itself counts for nothing', async () => {
  const send = await gateway([])
  assert.equal(await send('/inside', '10.0.0.1'), 403)
  assert.equal(await send('/outside', '10.0.0.1'), 200)
})
