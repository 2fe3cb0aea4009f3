import type { IncomingMessage } from 'node:http'

/** The body as text, or undefined when it is longer than `limitBytes`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let receivedBytes = 0
  // A destroyed request would take the connection with it, and the answer that says why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    receivedBytes += chunk.length
    if (receivedBytes > limitBytes) break
    chunks.push(chunk)
  }
  // What is left is read all the same, or it would be in the way of the next request.
  request.resume()
  if (receivedBytes > limitBytes) return undefined
  return Buffer.concat(chunks).toString('utf8')
}
