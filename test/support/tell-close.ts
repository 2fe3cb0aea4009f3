import type { IncomingMessage, ServerResponse } from 'node:http'

/** Hook of http-proxy-middleware. Without it, a client that asked to close is told "keep-alive", and waits. */
export function tellClose(upstreamAnswer: IncomingMessage, _request: IncomingMessage, answer: ServerResponse): void {
  if (!answer.shouldKeepAlive) upstreamAnswer.headers.connection = 'close'
}
