import type { IncomingMessage, ServerResponse } from 'node:http'
import { invalidOption } from '../lib/options.ts'
import type { Answer } from '../lib/problem.ts'
import { type ProtectedResourceMetadata, RESOURCE_METADATA_PATH } from '../lib/protected-resource-metadata.ts'
import type { Middleware, Next } from './connect.ts'
import { targetOf } from './let-through.ts'
import { respond } from './respond.ts'

/** Anyone may read it, from any page: it is the same for all, and holds no secret. */
const OPEN = { 'access-control-allow-origin': '*' }
const DOCUMENT_HEADERS = { ...OPEN, 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' }
const METHODS = 'GET, HEAD, OPTIONS'

/** Browsers ask first when a client adds a header of its own, as those of MCP do. */
const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    ...OPEN,
    allow: METHODS,
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': '*',
    'access-control-max-age': '3600',
  },
  body: '',
}

/**
 * Serves what `protectedResourceMetadata()` describes, to everybody: RFC 9728 §3. Mount it before `boundary()`, at the
 * root. One resource that has a path is served without it too, where some clients look. Only the exact paths count, and
 * whatever else is asked for goes on to the next middleware untouched.
 * @throws TypeError when two of them have one path
 */
export function serveResourceMetadata(
  metadata: ProtectedResourceMetadata,
  ...others: readonly ProtectedResourceMetadata[]
): Middleware {
  const answers = new Map<string, Answer>()
  for (const each of [metadata, ...others]) {
    if (typeof each?.url !== 'string' || typeof each.document !== 'object') {
      throw invalidOption('serveResourceMetadata', 'wants what protectedResourceMetadata({ … }) returns')
    }
    const { pathname } = new URL(each.url)
    if (answers.has(pathname)) throw invalidOption('serveResourceMetadata', `two resources have the path "${pathname}"`)
    answers.set(pathname, answerWith(each))
  }
  if (others.length === 0) answers.set(RESOURCE_METADATA_PATH, answerWith(metadata))

  return function resourceMetadataMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    const target = targetOf(request)
    const [path = ''] = target.startsWith(RESOURCE_METADATA_PATH) ? target.split('?', 1) : []
    const answer = answers.get(path)
    if (answer && (request.method === 'GET' || request.method === 'HEAD')) respond(answer, response)
    else if (answer && request.method === 'OPTIONS') respond(PREFLIGHT, response)
    else next()
  }
}

function answerWith({ document }: ProtectedResourceMetadata): Answer {
  const body = JSON.stringify(document)
  return { status: 200, headers: { ...DOCUMENT_HEADERS, 'content-length': String(Buffer.byteLength(body)) }, body }
}
