import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { stripeWebhooks } from '../../../lib/webhooks/stripe-webhooks.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { webhookMessage } from '../../support/webhook-message.ts'

const SECRET = 'whsec_0123456789abcdef0123456789abcdef'
const BODY = '{"id":"evt_1","object":"event"}'
const T = '1700000000'
const mac = (body: string = BODY, t: string = T) => createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex')

function verify(field: string, body: string = BODY) {
  return stripeWebhooks({ secrets: [SECRET] }).verify(webhookMessage({ 'stripe-signature': field }, body))
}

test('an event is named by the id in its body', () => {
  const good = { id: 'evt_1', timestamp: 1_700_000_000, unique: 'evt_1' }
  assert.deepEqual(verify(`t=${T},v1=${mac()}`), good)
  assert.deepEqual(verify(`t=${T},v1=${'0'.repeat(64)},v1=${mac()},v0=${'1'.repeat(64)}`), good)
  const nameless = verify(`t=${T},v1=${mac('{}')}`, '{}')
  assert.ok(typeof nameless === 'object' && nameless.unique.startsWith('sha256:'))
})

test('anything else is refused', () => {
  for (const field of [
    ...['', `t=${T}`, `v1=${mac()}`, `t=${T},v0=${mac()}`, `t=1700000001,v1=${mac()}`, `t=${T}, v1=${mac()}`],
    ...[
      `t=${T},t=${T},v1=${mac()}`,
      `t=1,t=${T},v1=${mac()}`,
      `t=0${T},v1=${mac()}`,
      `t=${T},v1=${mac()}=`,
      `t=${T},v1=`,
    ],
    `t=${T}${`,v1=${mac()}`.repeat(16)}`,
  ]) {
    assert.equal(typeof verify(field), 'string', field)
  }
  assert.equal(verify(`t=${T},v1=${mac()}`, `${BODY} `), 'signature')
})

test('options are checked at boot', () => {
  assertRefusedOption(() => stripeWebhooks({ secrets: ['short'] }), '16 bytes')
})
