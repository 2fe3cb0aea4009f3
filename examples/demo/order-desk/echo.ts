import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** True for every path whose last segment is `echo`, whatever stands before it. */
export function asksForEcho({ url = '' }: IncomingMessage): boolean {
  return url.split('?', 1)[0]?.split('/').at(-1) === 'echo'
}

/** Answers with what arrived, so that one can see what a gateway in front has let through, changed and added. */
export async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of request as AsyncIterable<Buffer>) hash.update(chunk)
  const { method, url: target, headers, rawHeaders } = request
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify({ method, target, headers, rawHeaders, bodySha256: hash.digest('hex') }, null, 2)}\n`)
}
