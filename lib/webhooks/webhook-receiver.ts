import { type Clock, systemClock } from '../effects.ts'
import { AuthError } from '../errors.ts'
import {
  assertDelayMs,
  assertFunction,
  assertKnownKeys,
  assertPositiveNumber,
  assertString,
  invalidOption,
} from '../options.ts'
import type { ReleasableReplayStore } from '../store/replay-store.ts'
import { Deliveries, type Delivery } from './deliveries.ts'
import type { VerifiedWebhook, WebhookFormat, WebhookMessage } from './webhook-format.ts'

export interface WebhookOptions {
  /** How the sender signs: `standardWebhooks({ ... })`, `githubWebhooks`, `stripeWebhooks`, `slackWebhooks`. */
  readonly format: WebhookFormat
  /** Names the sender. What was handled is remembered by it: two senders may use one id. */
  readonly source: string
  /** Where handled webhooks are remembered: one for the whole fleet. */
  readonly replayStore: ReleasableReplayStore
  /** How far a timestamp may be off, each way. Default 300, at most 3,600. */
  readonly toleranceSeconds?: number
  /** For how long a handled webhook is remembered. Default 86,400. */
  readonly rememberSeconds?: number
  /** For how long a handler may take. When its process dies, the next attempt is taken after that. Default 60. */
  readonly leaseSeconds?: number
  /** Longer bodies are answered 413. Default 1,048,576. */
  readonly maxBodyBytes?: number
  /** How long the replay store may take. Default 2,000. */
  readonly deadlineMs?: number
  readonly now?: Clock
}

/** A webhook that may be handled. */
export interface ReceivedWebhook {
  readonly webhook: VerifiedWebhook
  readonly delivery: Delivery
}

export interface WebhookReceiver {
  readonly maxBodyBytes: number
  readonly source: string
  /** Header fields that count, in lower case; each may be sent once. The first one is the signature. */
  readonly headers: readonly string[]
  /**
   * @returns `handled` when it was handled before: the sender wants to hear so
   * @throws DependencyError (or rejects) when the store cannot tell
   */
  receive(message: WebhookMessage): Promise<ReceivedWebhook | AuthError | 'handled'>
}

const FACTORY = 'webhookVerifier'
const OPTIONS = [
  ...['format', 'source', 'replayStore', 'toleranceSeconds', 'rememberSeconds', 'leaseSeconds', 'maxBodyBytes'],
  ...['deadlineMs', 'now'],
]
const RETRY_AFTER_SECONDS = 5

/** @throws TypeError when an option is missing, unknown or unsafe */
export function webhookReceiver(options: WebhookOptions): WebhookReceiver {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { format, source, replayStore, toleranceSeconds = 300, rememberSeconds = 86_400, leaseSeconds = 60 } = options
  const { maxBodyBytes = 1_048_576, deadlineMs = 2_000, now = systemClock } = options
  if (typeof format?.verify !== 'function')
    throw invalidOption(FACTORY, '"format" must be like standardWebhooks({ ... })')
  assertString(FACTORY, 'source', source)
  if (typeof replayStore?.claim !== 'function' || typeof replayStore.release !== 'function') {
    throw invalidOption(
      FACTORY,
      '"replayStore" must claim and release: redisReplayStore() for a fleet, memoryReplayStore() for one process',
    )
  }
  assertPositiveNumber(FACTORY, 'toleranceSeconds', toleranceSeconds, undefined, 3_600)
  const numbers = { rememberSeconds, leaseSeconds, maxBodyBytes }
  for (const [name, value] of Object.entries(numbers)) assertPositiveNumber(FACTORY, name, value)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  if (rememberSeconds <= 2 * toleranceSeconds) {
    throw invalidOption(FACTORY, '"rememberSeconds" must be above twice "toleranceSeconds", or a replay is taken')
  }
  assertFunction(FACTORY, 'now', now)
  const deliveries = new Deliveries(replayStore, { rememberSeconds, leaseSeconds, deadlineMs }, now)

  return {
    maxBodyBytes,
    source,
    headers: format.headers,
    async receive(message) {
      const webhook = format.verify(message)
      if (typeof webhook === 'string') return refused(webhook, 'The signature is not valid.')
      const { timestamp } = webhook
      if (timestamp !== undefined && !(Math.abs(now() - timestamp) <= toleranceSeconds)) {
        return refused('timestamp', 'The timestamp is too far off.')
      }
      const delivery = await deliveries.begin(`${JSON.stringify(source)}:${webhook.unique}`)
      if (delivery === 'handled') return delivery
      if (delivery === 'under way') return underWay()
      return { webhook, delivery }
    },
  }
}

function refused(reason: string, detail: string): AuthError {
  return new AuthError('invalid_token', { reason: `webhook: ${reason}`, detail })
}

/** Not a success: should the handler fail, the sender has to try again. */
function underWay(): AuthError {
  return new AuthError('temporarily_unavailable', {
    reason: 'webhook: under way',
    detail: 'The webhook is being handled.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  })
}
