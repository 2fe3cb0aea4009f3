import type { WebhookMessage } from '../../lib/webhooks/webhook-format.ts'

/** A message with these header fields, by lower-case name. */
export function webhookMessage(headers: Readonly<Record<string, string>>, body: string | Uint8Array): WebhookMessage {
  const fields = new Map(Object.entries(headers))
  return { header: (name) => fields.get(name), body: Buffer.from(body) }
}
