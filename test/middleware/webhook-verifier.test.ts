import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import express from 'express'
import { Webhook } from 'standardwebhooks'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { githubWebhooks } from '../../lib/webhooks/github-webhooks.ts'
import { standardWebhooks } from '../../lib/webhooks/standard-webhooks.ts'
import type { WebhookOptions } from '../../lib/webhooks/webhook-receiver.ts'
import type { Middleware } from '../../middleware/connect.ts'
import { keepRawBody } from '../../middleware/request-body.ts'
import { webhookOf, webhookVerifier } from '../../middleware/webhook-verifier.ts'
import { NOW } from '../support/access-token.ts'
import { eventually } from '../support/eventually.ts'
import { FRAMEWORKS, type Framework } from '../support/frameworks.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
const BODY = '{"text":"Gr\u00fc\u00dfe"}'

function verifier(changes: Partial<WebhookOptions> = {}) {
  return webhookVerifier({
    format: standardWebhooks({ secrets: [SECRET] }),
    source: 'shop',
    replayStore: memoryReplayStore({ now: () => NOW }),
    now: () => NOW,
    ...changes,
  })
}

function headers(id: string, body: string = BODY): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(NOW),
    'webhook-signature': new Webhook(SECRET).sign(id, new Date(NOW * 1000), body),
  }
}

async function endpoint(
  handle: Middleware,
  changes: Partial<WebhookOptions> = {},
  framework: Framework = FRAMEWORKS['Express 5'] ?? assert.fail(),
) {
  const port = await serve(framework(verifier(changes), express.json() as Middleware, handle))
  const send = (sent: Record<string, string>, body: string = BODY) =>
    fetch(`http://127.0.0.1:${port}/hooks`, { method: 'POST', headers: sent, body })
  return { port, send }
}

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  test(`${name}: a webhook is handled once, and a parser behind reads its body`, async () => {
    const handled: unknown[] = []
    const handle: Middleware = (request, response) => {
      handled.push([(request as { body?: unknown }).body, webhookOf(request)])
      response.writeHead(204).end()
    }
    const { send } = await endpoint(handle, {}, framework)
    assert.equal((await send(headers('msg_1'))).status, 204)
    const again = await send(headers('msg_1'))
    assert.deepEqual([again.status, await again.text()], [200, ''])
    assert.equal((await send(headers('msg_2'))).status, 204)
    const told = (id: string) => [JSON.parse(BODY), { source: 'shop', id, timestamp: NOW }]
    assert.deepEqual(handled, [told('msg_1'), told('msg_2')])
  })
}

suite('a webhook that was not handled comes again', () => {
  for (const [name, fail] of Object.entries<Middleware>({
    'an answer of 500': (_request, response) => void response.writeHead(500).end(),
    'an answer of 404': (_request, response) => void response.writeHead(404).end(),
    'a redirection': (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
    'an error handler': (_request, _response, next) => next(Object.assign(new Error(), { status: 503, stack: '' })),
    'a connection that breaks off': (request) => void request.socket.destroy(),
  })) {
    test(name, async () => {
      let attempts = 0
      const { send } = await endpoint((request, response, next) => {
        attempts++
        if (attempts === 1) fail(request, response, next)
        else response.end()
      })
      await send(headers('msg_1')).then(
        (response) => assert.ok(response.status !== 200 || response.redirected),
        () => {},
      )
      // What follows the answer is done when the store has heard of it.
      await eventually(async () => assert.equal((await send(headers('msg_1'))).status, 200))
      assert.equal(attempts, 2)
      assert.equal((await send(headers('msg_1'))).status, 200)
      assert.equal(attempts, 2)
    })
  }

  test('while it is handled, the next attempt is put off', async () => {
    const handling = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const { send } = await endpoint(async (_request, response) => {
      begun.resolve()
      await handling.promise
      response.end()
    })
    const first = send(headers('msg_1'))
    await begun.promise
    const second = await send(headers('msg_1'))
    assert.deepEqual([second.status, second.headers.get('retry-after')], [503, '5'])
    handling.resolve()
    assert.equal((await first).status, 200)
  })
})

suite('what is refused never reaches the handler', () => {
  const refuse = async (sent: Record<string, string>, body: string, changes: Partial<WebhookOptions> = {}) => {
    const { send } = await endpoint(() => assert.fail('it is handled'), changes)
    const response = await send(sent, body)
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    const { code } = (await response.json()) as { readonly code: string }
    return [response.status, code, response.headers.get('www-authenticate')]
  }
  const CHALLENGE = 'Webhook-Signature realm="shop"'

  test('no signature, and a bad one', async () => {
    assert.deepEqual(await refuse({}, BODY), [401, 'unauthenticated', CHALLENGE])
    const bad = [401, 'invalid_token', `${CHALLENGE}, error="invalid_token"`]
    assert.deepEqual(await refuse(headers('msg_1'), `${BODY} `), bad)
    assert.deepEqual(await refuse({ ...headers('msg_1'), 'webhook-id': 'msg_2' }, BODY), bad)
    assert.deepEqual(await refuse(headers('msg_1'), BODY, { now: () => NOW + 301 }), bad)
  })

  test('a body that is too large, and a store that is down', async () => {
    assert.deepEqual(await refuse(headers('msg_1'), BODY, { maxBodyBytes: 5 }), [413, 'content_too_large', null])
    const down = () => Promise.reject(new Error('down'))
    const replayStore = { claim: down, release: down }
    assert.deepEqual(await refuse(headers('msg_1'), BODY, { replayStore }), [503, 'temporarily_unavailable', null])
  })

  test('a header that occurs twice', async () => {
    const { port } = await endpoint(() => assert.fail('it is handled'))
    for (const name of ['Webhook-Id', 'Webhook-Timestamp', 'Webhook-Signature']) {
      const lines = [...Object.entries(headers('msg_1')).map(([field, value]) => `${field}: ${value}`), `${name}: x`]
      const sent = {
        method: 'POST',
        target: '/hooks',
        headers: [...lines, `Content-Length: ${Buffer.byteLength(BODY)}`],
      }
      assert.equal(statusOf(await sendRequestLines(port, { ...sent, body: BODY })), 400)
    }
  })
})

test('a body that a parser has read before counts by the bytes that it kept', async () => {
  for (const [parser, status] of [
    [express.json({ verify: keepRawBody, inflate: false }), 200],
    [express.json(), 503],
  ] as const) {
    const app = express()
    app.use(parser)
    app.post('/hooks', verifier(), (_request, response) => void response.end())
    const port = await serve(app)
    const response = await fetch(`http://127.0.0.1:${port}/hooks`, {
      method: 'POST',
      headers: headers('msg_1'),
      body: BODY,
    })
    assert.equal(response.status, status)
  }
})

test('without a framework; and a sender that signs no time', async () => {
  const secret = 'a secret of some length'
  const middleware = verifier({ format: githubWebhooks({ secrets: [secret] }), source: 'github' })
  const port = await serve(
    createServer((request, response) => {
      middleware(request, response, () => response.end(JSON.stringify(webhookOf(request))))
    }),
  )
  const signature = `sha256=${createHmac('sha256', secret).update(BODY).digest('hex')}`
  const sent = { 'x-hub-signature-256': signature, 'x-github-delivery': 'd-1' }
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: sent, body: BODY })
  assert.deepEqual(await response.json(), { source: 'github', id: 'd-1' })
})
