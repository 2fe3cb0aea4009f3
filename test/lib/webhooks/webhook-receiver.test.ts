import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { AuthError } from '../../../lib/errors.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import { standardWebhooks } from '../../../lib/webhooks/standard-webhooks.ts'
import { type WebhookOptions, webhookReceiver } from '../../../lib/webhooks/webhook-receiver.ts'
import { NOW } from '../../support/access-token.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { webhookMessage } from '../../support/webhook-message.ts'

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
const replayStore = () => memoryReplayStore({ now: () => NOW })

function options(changes: Partial<WebhookOptions> = {}): WebhookOptions {
  return {
    format: standardWebhooks({ secrets: [SECRET] }),
    source: 'shop',
    replayStore: replayStore(),
    now: () => NOW,
    ...changes,
  }
}

function message(id: string, timestamp: number = NOW, signature?: string) {
  const sign = () => new Webhook(SECRET).sign(id, new Date(timestamp * 1000), 'body')
  const headers = { 'webhook-id': id, 'webhook-timestamp': `${timestamp}`, 'webhook-signature': signature ?? sign() }
  return webhookMessage(headers, 'body')
}

async function told(receiver: ReturnType<typeof webhookReceiver>, of: ReturnType<typeof message>): Promise<string> {
  const answer = await receiver.receive(of)
  if (answer === 'handled') return answer
  return answer instanceof AuthError ? `${answer.status} ${answer.reason}` : answer.webhook.id
}

test('a timestamp counts both ways, to the second', async () => {
  const receiver = webhookReceiver(options())
  assert.equal(await told(receiver, message('a', NOW - 300)), 'a')
  assert.equal(await told(receiver, message('b', NOW + 300)), 'b')
  assert.equal(await told(receiver, message('c', NOW - 301)), '401 webhook: timestamp')
  assert.equal(await told(receiver, message('d', NOW + 301)), '401 webhook: timestamp')
})

test('an id counts once for its source; a bad signature uses none up', async () => {
  const store = replayStore()
  const shop = webhookReceiver(options({ replayStore: store }))
  assert.equal(await told(shop, message('a', NOW, 'v1,AAAA')), '401 webhook: signature')
  const received = await shop.receive(message('a'))
  if (received === 'handled' || received instanceof AuthError) return assert.fail('it is received')
  assert.equal(await told(shop, message('a')), '503 webhook: under way')
  await received.delivery.keep()
  assert.equal(await told(shop, message('a', NOW + 10)), 'handled')
  assert.equal(await told(webhookReceiver(options({ replayStore: store, source: 'bank' })), message('a')), 'a')
})

test('options are checked at boot', () => {
  const refuse = (changes: Record<string, unknown>, ...words: readonly string[]) =>
    assertRefusedOption(() => webhookReceiver(untyped({ ...options(), ...changes })), 'webhookVerifier', ...words)
  refuse({ tolerance: 1 }, 'toleranceSeconds')
  refuse({ format: undefined }, 'format')
  refuse({ source: '' }, 'source')
  refuse({ replayStore: { claim: () => true } }, 'release')
  refuse({ toleranceSeconds: 3_601 }, '3600')
  refuse({ toleranceSeconds: 0 }, 'toleranceSeconds')
  refuse({ rememberSeconds: 600 }, 'rememberSeconds')
  refuse({ leaseSeconds: Number.NaN }, 'leaseSeconds')
  refuse({ maxBodyBytes: 0 }, 'maxBodyBytes')
  refuse({ deadlineMs: -1 }, 'deadlineMs')
  refuse({ now: 1 }, 'now')
})
