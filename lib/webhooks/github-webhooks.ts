import { assertKnownKeys } from '../options.ts'
import { hexMac, isAnyEqual, macOf, textSecrets } from './mac.ts'
import type { WebhookSecretsOptions } from './standard-webhooks.ts'
import type { WebhookFormat } from './webhook-format.ts'

const [SIGNATURE, DELIVERY] = ['x-hub-signature-256', 'x-github-delivery'] as const
const PREFIX = 'sha256='
const DELIVERY_ID = /^[\x21-\x7e]{1,256}$/

/**
 * Webhooks of GitHub: `X-Hub-Signature-256`. It signs the body alone: neither time nor delivery id. So a body counts once,
 * for as long as it is remembered, and the id is what the header says.
 * @throws TypeError when a secret is none, or short
 */
export function githubWebhooks(options: WebhookSecretsOptions): WebhookFormat {
  assertKnownKeys('githubWebhooks', options, ['secrets'])
  const secrets = textSecrets('githubWebhooks', options.secrets)
  return {
    name: 'github',
    headers: [SIGNATURE, DELIVERY],
    verify(message) {
      const field = message.header(SIGNATURE) ?? ''
      const mac = field.startsWith(PREFIX) ? hexMac(field.slice(PREFIX.length)) : undefined
      if (!mac) return 'signature format'
      const id = message.header(DELIVERY) ?? ''
      if (!DELIVERY_ID.test(id)) return 'id'
      const isGood = isAnyEqual(
        [mac],
        secrets.map((secret) => macOf(secret, '', message.body)),
      )
      return isGood ? { id, unique: mac.toString('base64url') } : 'signature'
    },
  }
}
