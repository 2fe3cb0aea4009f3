import { assertKnownKeys } from '../options.ts'
import { bodyId, contentId } from './body-id.ts'
import { hexMac, isAnyEqual, macOf, textSecrets } from './mac.ts'
import type { WebhookSecretsOptions } from './standard-webhooks.ts'
import type { WebhookFormat } from './webhook-format.ts'
import { epochSeconds } from './webhook-time.ts'

const SIGNATURE = 'stripe-signature'
const MAX_ELEMENTS = 16

/**
 * Webhooks of Stripe: `Stripe-Signature: t=...,v1=...`, of which one `v1` must be good. An event is named by the `id` in its
 * body, which is the same in each attempt.
 * @throws TypeError when a secret is none, or short
 */
export function stripeWebhooks(options: WebhookSecretsOptions): WebhookFormat {
  assertKnownKeys('stripeWebhooks', options, ['secrets'])
  const secrets = textSecrets('stripeWebhooks', options.secrets)
  return {
    name: 'stripe',
    headers: [SIGNATURE],
    verify(message) {
      const elements = (message.header(SIGNATURE) ?? '').split(',').map((element) => element.split('='))
      const valuesOf = (name: string) =>
        elements.flatMap(([key, value = '', ...rest]) => (key === name && rest.length === 0 ? [value] : []))
      const [sent, another] = valuesOf('t')
      const timestamp = epochSeconds(sent)
      if (elements.length > MAX_ELEMENTS || timestamp === undefined || another !== undefined) return 'signature format'
      const macs = valuesOf('v1').flatMap((value) => hexMac(value) ?? [])
      const before = `${sent}.`
      const expected = secrets.map((secret) => macOf(secret, before, message.body))
      if (!isAnyEqual(macs, expected)) return 'signature'
      const id = bodyId(message.body, 'id') ?? contentId('', message.body)
      return { id, timestamp, unique: id }
    },
  }
}
