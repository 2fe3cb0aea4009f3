import type { IncomingMessage, ServerResponse } from 'node:http'
import { emptyAnswer } from '../lib/json-answer.ts'
import type { Answer } from '../lib/problem.ts'
import { type Form, readForm } from '../lib/revoke/form.ts'
import { isOfType, parsedBody, readText } from './read-text.ts'
import { serveAnswer } from './serve-answer.ts'

/** Serves `POST`, and nothing else. */
export function servePost(
  request: IncomingMessage,
  response: ServerResponse,
  serve: (request: IncomingMessage) => Promise<Answer>,
): void {
  serveAnswer(request, response, async () => {
    if (request.method === 'POST') return serve(request)
    const answer = emptyAnswer(405)
    return { ...answer, headers: { ...answer.headers, allow: 'POST' } }
  })
}

/** A form; `undefined` when it holds a parameter twice; or the status that says why there is none. */
export type FormBody = { readonly form: Form | undefined } | { readonly status: 400 | 413 | 415 }

const FORM = /^application\/x-www-form-urlencoded$/

/** Reads a form of at most `maxBytes`, or takes the one that a parser before has read. */
export async function readFormBody(request: IncomingMessage, maxBytes: number): Promise<FormBody> {
  if (!isOfType(request, FORM)) return { status: 415 }
  const parsed = parsedBody(request)
  if (parsed !== undefined) return { form: readForm(Buffer.isBuffer(parsed) ? parsed.toString() : parsed) }
  const body = await readText(request, maxBytes)
  return 'status' in body ? body : { form: readForm(body.text) }
}
