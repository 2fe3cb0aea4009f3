/** A message that says it is a webhook. */
export interface WebhookMessage {
  /** A header field by its lower-case name, which was sent once. */
  header(name: string): string | undefined
  /** The bytes as sent. */
  readonly body: Uint8Array
}

/** What a message says, its signature being good. */
export interface VerifiedWebhook {
  /** Names the event, for logs and for who handles it. */
  readonly id: string
  /** Epoch seconds of the sending; absent where the sender signs none. */
  readonly timestamp?: number
  /** What counts once: signed, and the same in each attempt to deliver one event. */
  readonly unique: string
}

/** How a sender signs. */
export interface WebhookFormat {
  /** Such as `standard-webhooks`. */
  readonly name: string
  /** Header fields that it reads, in lower case; the first one is the signature. */
  readonly headers: readonly string[]
  /** @returns a word for the log when the signature is not good */
  verify(message: WebhookMessage): VerifiedWebhook | string
}
