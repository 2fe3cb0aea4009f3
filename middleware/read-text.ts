import type { IncomingMessage } from 'node:http'

/** What came of reading a body: its text, or the status that says why there is none. */
export type TextBody = { readonly text: string } | { readonly status: 400 | 413 }

/** Reads a body of at most `maxBytes` as UTF-8. */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<TextBody> {
  const chunks: Buffer[] = []
  let size = 0
  // The stream outlives the loop: a body that is too large still gets its answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > maxBytes) return { status: 413 }
    chunks.push(chunk as Buffer)
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) }
  } catch {
    return { status: 400 }
  }
}

/** Whether a body is of a media type, whatever its parameters. */
export function isOfType(request: IncomingMessage, mediaType: RegExp): boolean {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  return mediaType.test(type.trim().toLowerCase())
}

/**
 * What a parser before has made of the body; `undefined` when it is still to be read. A parser that passes over a body
 * leaves an empty object behind, in some versions of Express.
 */
export function parsedBody(request: IncomingMessage): unknown {
  const { body } = request as { readonly body?: unknown }
  return request.readableEnded === false ? undefined : body
}
