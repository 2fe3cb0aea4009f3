import type { IncomingMessage } from 'node:http'

/** What came of reading a body: its value, or the status that says why there is none. */
export type JsonBody = { readonly value: unknown } | { readonly status: 400 | 413 | 415 }

interface Parsed {
  readonly body?: unknown
}

/** Reads a JSON body of at most `maxBytes`, or takes the one that a parser before has read. `undefined` when there is none. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<JsonBody> {
  const { body } = request as Parsed
  if (body !== undefined) return { value: body }
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type = '' } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) return { value: undefined }
  if (!/^application\/(?:merge-patch\+)?json *(?:;|$)/i.test(type)) return { status: 415 }
  const chunks: Buffer[] = []
  let size = 0
  // The stream outlives the loop: a body that is too large still gets its answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > maxBytes) return { status: 413 }
    chunks.push(chunk as Buffer)
  }
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))) }
  } catch {
    return { status: 400 }
  }
}
