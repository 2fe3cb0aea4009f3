import assert from 'node:assert/strict'
import { test } from 'node:test'
import { githubWebhooks } from '../../../lib/webhooks/github-webhooks.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { webhookMessage } from '../../support/webhook-message.ts'

/** GitHub's own example. */
const SECRET = "It's a Secret to Everybody"
const SIGNATURE = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
const BODY = 'Hello, World!'

function verify(signature: string, { delivery = 'd-1', body = BODY, secrets = [SECRET] } = {}) {
  const headers = { 'x-hub-signature-256': signature, 'x-github-delivery': delivery }
  return githubWebhooks({ secrets }).verify(webhookMessage(headers, body))
}

test('the example of the documentation; the body counts once, whatever the delivery is called', () => {
  const first = verify(SIGNATURE)
  const again = verify(SIGNATURE, { delivery: 'd-2', secrets: ['another secret of ours', SECRET] })
  if (typeof first === 'string' || typeof again === 'string') return assert.fail('they are verified')
  assert.deepEqual([first.id, again.id], ['d-1', 'd-2'])
  assert.equal(first.unique, again.unique)
  assert.equal(first.timestamp, undefined)
})

test('anything else is refused', () => {
  assert.equal(verify(SIGNATURE, { body: `${BODY}!` }), 'signature')
  assert.equal(verify(SIGNATURE, { secrets: ['another secret of ours'] }), 'signature')
  assert.equal(verify(SIGNATURE, { delivery: '' }), 'id')
  for (const bad of [
    '',
    'sha256=',
    SIGNATURE.slice(7),
    SIGNATURE.toUpperCase(),
    `${SIGNATURE}0`,
    'sha1=0',
    `${SIGNATURE}, a`,
  ]) {
    assert.equal(verify(bad), 'signature format', bad)
  }
})

test('options are checked at boot', () => {
  assertRefusedOption(() => githubWebhooks({ secrets: ['short'] }), '16 bytes')
  assertRefusedOption(() => githubWebhooks(untyped({ secret: SECRET })), 'secrets')
})
