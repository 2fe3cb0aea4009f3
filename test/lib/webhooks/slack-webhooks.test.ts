import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { slackWebhooks } from '../../../lib/webhooks/slack-webhooks.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { webhookMessage } from '../../support/webhook-message.ts'

/** Slack's own example. */
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
const T = '1531420618'
const BODY =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
  '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com' +
  '%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
const SIGNATURE = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'

function verify(signature: string, body: string = BODY, timestamp: string = T) {
  const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp }
  return slackWebhooks({ secrets: [SECRET] }).verify(webhookMessage(headers, body))
}

const signed = (body: string, t: string) => `v0=${createHmac('sha256', SECRET).update(`v0:${t}:${body}`).digest('hex')}`

test('the example of the documentation; a command is named by its content', () => {
  const command = verify(SIGNATURE)
  assert.ok(typeof command === 'object' && command.unique.startsWith('sha256:'))
  assert.equal(command.timestamp, 1_531_420_618)
})

test('an event has one name in each attempt', () => {
  const body = '{"event_id":"Ev1"}'
  for (const t of ['1700000000', '1700000060']) {
    assert.deepEqual(verify(signed(body, t), body, t), { id: 'Ev1', timestamp: Number(t), unique: 'Ev1' })
  }
})

test('anything else is refused', () => {
  assert.equal(verify(SIGNATURE, `${BODY}&`), 'signature')
  assert.equal(verify(SIGNATURE, BODY, '1531420619'), 'signature')
  assert.equal(verify(SIGNATURE, BODY, ''), 'timestamp format')
  for (const bad of [
    '',
    'v0=',
    SIGNATURE.slice(3),
    `v1${SIGNATURE.slice(2)}`,
    SIGNATURE.toUpperCase(),
    `${SIGNATURE} `,
  ]) {
    assert.equal(verify(bad), 'signature format', bad)
  }
})

test('options are checked at boot', () => {
  assertRefusedOption(() => slackWebhooks({ secrets: ['short'] }), '16 bytes')
})
