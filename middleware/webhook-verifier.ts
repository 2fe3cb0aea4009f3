import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Challenge, createChallenge } from '../lib/challenge.ts'
import { systemClock } from '../lib/effects.ts'
import { AuthError, unavailable } from '../lib/errors.ts'
import { emptyAnswer } from '../lib/json-answer.ts'
import { type Answer, answerError } from '../lib/problem.ts'
import { emitWarning, rarely } from '../lib/warning.ts'
import type { Delivery } from '../lib/webhooks/deliveries.ts'
import {
  type ReceivedWebhook,
  type WebhookOptions,
  type WebhookReceiver,
  webhookReceiver,
} from '../lib/webhooks/webhook-receiver.ts'
import type { Middleware } from './connect.ts'
import { readBody } from './request-body.ts'
import { respond } from './respond.ts'

/** A webhook whose signature is good. */
export interface Webhook {
  /** The sender, as the option `source` names it. */
  readonly source: string
  /** Names the event. GitHub does not sign it. */
  readonly id: string
  /** Epoch seconds of the sending; `undefined` where the sender signs none. */
  readonly timestamp: number | undefined
}

const webhooks = new WeakMap<IncomingMessage, Webhook>()

/** The webhook that a request brings; `undefined` where no `webhookVerifier` let it through. */
export function webhookOf(request: IncomingMessage): Webhook | undefined {
  return webhooks.get(request)
}

/**
 * Lets a webhook through when its sender has signed it, once. An event counts as handled when it is answered with 2xx;
 * with anything else, the sender's next attempt is let through again. The body stays readable: mount parsers behind it.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function webhookVerifier(options: WebhookOptions): Middleware {
  const receiver = webhookReceiver(options)
  const challenges = [createChallenge('Webhook-Signature', { realm: receiver.source })]
  const warn = rarely(emitWarning, options.now ?? systemClock)

  return function webhookMiddleware(request, response, next) {
    receive(receiver, request)
      .catch(unavailable)
      .then((received) => {
        // Somebody has answered meanwhile, as a time limit does.
        if (response.headersSent || response.destroyed) return giveUp(received)
        if (received === 'handled') return respond(emptyAnswer(200), response)
        if (received instanceof AuthError) return respond(answerFor(received, challenges), response)
        const { source } = receiver
        webhooks.set(request, { source, id: received.webhook.id, timestamp: received.webhook.timestamp })
        settle(response, received.delivery, warn)
        next()
      })
      .catch(next)
  }
}

async function receive(
  receiver: WebhookReceiver,
  request: IncomingMessage,
): Promise<ReceivedWebhook | AuthError | 'handled'> {
  const fields = singleFields(request, receiver.headers)
  if (fields instanceof AuthError) return fields
  if (!fields.has(receiver.headers[0] ?? ''))
    return new AuthError('unauthenticated', { reason: 'webhook: no signature' })
  const body = await readBody(request, receiver.maxBodyBytes)
  return body instanceof AuthError ? body : receiver.receive({ header: (name) => fields.get(name), body })
}

/** Of each field that counts, one: another server may read the last of two. */
function singleFields(
  { rawHeaders }: IncomingMessage,
  names: readonly string[],
): ReadonlyMap<string, string> | AuthError {
  const fields = new Map<string, string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    if (!names.includes(name)) continue
    if (fields.has(name)) {
      return new AuthError('invalid_request', { reason: 'webhook: header twice', detail: 'A header occurs twice.' })
    }
    fields.set(name, rawHeaders[index + 1] as string)
  }
  return fields
}

function answerFor(error: AuthError, challenges: readonly Challenge[]): Answer {
  return answerError(error, randomUUID(), error.status === 401 ? challenges : [])
}

/** When the answer is out, or the connection is gone without one. */
function settle(response: ServerResponse, delivery: Delivery, warn: (message: string) => void): void {
  response.once('close', () => {
    const isHandled = response.writableFinished && response.statusCode >= 200 && response.statusCode < 300
    const settled = isHandled ? delivery.keep() : delivery.giveBack()
    // The claims run out by themselves; the event is then handled once more.
    settled.catch(() => warn('the replay store does not answer: webhooks may be handled twice'))
  })
}

async function giveUp(received: ReceivedWebhook | AuthError | 'handled'): Promise<void> {
  if (typeof received === 'object' && 'delivery' in received) await received.delivery.giveBack()
}
