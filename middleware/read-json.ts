import type { IncomingMessage } from 'node:http'
import { isOfType, parsedBody, readText } from './read-text.ts'

/** What came of reading a body: its value, or the status that says why there is none. */
export type JsonBody = { readonly value: unknown } | { readonly status: 400 | 413 | 415 }

/** Reads a JSON body of at most `maxBytes`, or takes the one that a parser before has read. `undefined` when there is none. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<JsonBody> {
  const value = parsedBody(request)
  if (value !== undefined) return { value }
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) return { value: undefined }
  if (!isOfType(request, /^application\/(?:merge-patch\+)?json$/)) return { status: 415 }
  const body = await readText(request, maxBytes)
  if ('status' in body) return body
  try {
    return { value: JSON.parse(body.text) }
  } catch {
    return { status: 400 }
  }
}
