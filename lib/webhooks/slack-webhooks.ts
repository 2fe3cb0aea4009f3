import { assertKnownKeys } from '../options.ts'
import { bodyId, contentId } from './body-id.ts'
import { hexMac, isAnyEqual, macOf, textSecrets } from './mac.ts'
import type { WebhookSecretsOptions } from './standard-webhooks.ts'
import type { WebhookFormat } from './webhook-format.ts'
import { epochSeconds } from './webhook-time.ts'

const [SIGNATURE, TIMESTAMP] = ['x-slack-signature', 'x-slack-request-timestamp'] as const
const PREFIX = 'v0='

/**
 * Requests of Slack: `X-Slack-Signature: v0=...`. An event is named by the `event_id` in its body, which is the same in each
 * attempt; commands and interactions have none, and are named by what was sent when.
 * @throws TypeError when a secret is none, or short
 */
export function slackWebhooks(options: WebhookSecretsOptions): WebhookFormat {
  assertKnownKeys('slackWebhooks', options, ['secrets'])
  const secrets = textSecrets('slackWebhooks', options.secrets)
  return {
    name: 'slack',
    headers: [SIGNATURE, TIMESTAMP],
    verify(message) {
      const sent = message.header(TIMESTAMP)
      const timestamp = epochSeconds(sent)
      if (timestamp === undefined) return 'timestamp format'
      const field = message.header(SIGNATURE) ?? ''
      const mac = field.startsWith(PREFIX) ? hexMac(field.slice(PREFIX.length)) : undefined
      if (!mac) return 'signature format'
      const before = `v0:${sent}:`
      const expected = secrets.map((secret) => macOf(secret, before, message.body))
      if (!isAnyEqual([mac], expected)) return 'signature'
      const id = bodyId(message.body, 'event_id') ?? contentId(before, message.body)
      return { id, timestamp, unique: id }
    },
  }
}
