import type { ServerResponse } from 'node:http'
import type { Pipeline } from '../lib/pipeline.ts'
import type { RawRequest } from '../lib/request-view.ts'
import { respond } from './respond.ts'

/**
 * Answers a preflight; to any other answer, adds what tells a browser which page may read it.
 * @returns whether the request is answered
 */
export function answerCors(raw: RawRequest, response: ServerResponse, { cors, preflight }: Pipeline): boolean {
  if (!cors) return false
  const answer = preflight(raw)
  if (answer) {
    respond(answer, response)
    return true
  }
  if (response.headersSent) return false
  const { vary, ...headers } = cors.answerHeaders(raw)
  if (vary !== undefined) response.appendHeader('vary', vary)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  return false
}
