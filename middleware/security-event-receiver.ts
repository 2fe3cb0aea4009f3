import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from '../lib/problem.ts'
import {
  eventError,
  eventReceiver,
  type SecurityEventReceiverOptions,
} from '../lib/revoke/security-events/event-receiver.ts'
import type { Middleware } from './connect.ts'
import { servePost } from './post-endpoint.ts'
import { isOfType, parsedBody, readText } from './read-text.ts'

const MAX_BODY_BYTES = 65_536
const SECURITY_EVENT = /^application\/secevent\+jwt$/

/**
 * Receives Security Event Tokens by push (RFC 8935): `POST`, one token as `application/secevent+jwt`. Mount it before the
 * boundary, which forwards no `Authorization` header; the tokens' signatures say who sends them.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function securityEventReceiver(options: SecurityEventReceiverOptions): Middleware {
  const receiver = eventReceiver(options)

  async function serve(request: IncomingMessage): Promise<Answer> {
    if (!isOfType(request, SECURITY_EVENT)) {
      return eventError('invalid_request', 'the body must be application/secevent+jwt', 415)
    }
    const parsed = parsedBody(request)
    const isText = typeof parsed === 'string' || Buffer.isBuffer(parsed)
    const body = isText ? { text: parsed.toString() } : await readText(request, MAX_BODY_BYTES)
    if ('status' in body) return eventError('invalid_request', 'the body cannot be read, or is too large', body.status)
    return receiver.receive({ token: body.text.trim(), authorization: request.headers.authorization })
  }

  return function securityEventMiddleware(request: IncomingMessage, response: ServerResponse): void {
    servePost(request, response, serve)
  }
}
