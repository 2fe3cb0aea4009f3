import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Requirement } from '../lib/authorize/requirement.ts'
import { rolePolicy } from '../lib/authorize/roles.ts'
import { type Clock, systemClock } from '../lib/effects.ts'
import { problem } from '../lib/keys/admin/answer.ts'
import { type KeyAdminRequest, keyAdminApi } from '../lib/keys/admin/key-admin-api.ts'
import type { ApiKeys } from '../lib/keys/api-keys.ts'
import { assertFunction, assertKnownKeys, invalidOption } from '../lib/options.ts'
import type { Answer } from '../lib/problem.ts'
import { authorize } from './authorize.ts'
import type { Middleware, Next } from './connect.ts'
import { principalOf } from './principal-of.ts'
import { readJson } from './read-json.ts'
import { serveAnswer } from './serve-answer.ts'

export interface KeyAdminRouterOptions {
  /** `apiKeys({ store })`. */
  readonly keys: ApiKeys
  /** Who may use it, besides what the boundary before it demands. Default `['admin']`. */
  readonly roles?: Requirement
  readonly now?: Clock
}

const MAX_BODY_BYTES = 65_536

const BODY_PROBLEMS = {
  400: () => problem(400, 'invalid_request', 'The request is not valid', 'the body is not valid JSON'),
  413: () => problem(413, 'content_too_large', 'The body is too large'),
  415: () => problem(415, 'unsupported_media_type', 'The body must be JSON', 'send content-type: application/json'),
} as const

/**
 * The administration of API keys over HTTP, for use behind `boundary()`. `GET /openapi.json` describes it. It demands a
 * role by itself, so that a route that the boundary lets through by mistake is not open to all.
 * @throws TypeError when an option is missing or wrong
 */
export function keyAdminRouter(options: KeyAdminRouterOptions): Middleware {
  assertKnownKeys('keyAdminRouter', options, ['keys', 'roles', 'now'])
  const { keys, roles = ['admin'], now = systemClock } = options
  if (typeof keys?.rotate !== 'function') throw invalidOption('keyAdminRouter', '"keys" must be apiKeys({ store })')
  assertFunction('keyAdminRouter', 'now', now)
  const guard = authorize(rolePolicy(roles))
  const api = keyAdminApi(keys, now)

  async function serve(request: IncomingMessage): Promise<Answer> {
    const body = await readJson(request, MAX_BODY_BYTES)
    return 'status' in body ? BODY_PROBLEMS[body.status]() : api(adminRequest(request, body.value))
  }

  return function keyAdminMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    guard(request, response, (error) => {
      if (error !== undefined) {
        next(error)
        return
      }
      serveAnswer(request, response, () => serve(request))
    })
  }
}

function adminRequest(request: IncomingMessage, body: unknown): KeyAdminRequest {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const principal = principalOf(request)
  return {
    method: request.method ?? '',
    path,
    query: new URLSearchParams(query),
    body,
    actor: principal ? `${principal.kind}:${principal.subject}` : '',
  }
}
