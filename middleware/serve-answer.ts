import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { unavailable } from '../lib/errors.ts'
import { type Answer, answerError } from '../lib/problem.ts'
import { admittedOf } from './principal-of.ts'
import { respond } from './respond.ts'

/** Answers a request with what `serve` comes to. Whatever it throws is a failed dependency: 503, so that it is tried again. */
export function serveAnswer(request: IncomingMessage, response: ServerResponse, serve: () => Promise<Answer>): void {
  const fail = (thrown: unknown): Answer => {
    const admitted = admittedOf(request)
    const error = unavailable(thrown)
    return admitted ? admitted.pipeline.refuse(error, admitted.request).answer : answerError(error, randomUUID(), [])
  }
  serve()
    .catch(fail)
    .then((answer) => {
      // Somebody has answered meanwhile, as a time limit does.
      if (response.headersSent) return
      // What is left of a body that is too large is not waited for.
      if (answer.status === 413) response.setHeader('connection', 'close')
      respond(answer, response)
    })
}
