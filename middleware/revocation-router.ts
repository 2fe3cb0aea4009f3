import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Requirement } from '../lib/authorize/requirement.ts'
import { rolePolicy } from '../lib/authorize/roles.ts'
import { type Clock, systemClock } from '../lib/effects.ts'
import { assertFunction, assertKnownKeys } from '../lib/options.ts'
import type { Answer } from '../lib/problem.ts'
import { revocationAdminApi, revocationProblem } from '../lib/revoke/admin/revocation-admin-api.ts'
import { assertRevocationList, keepForSeconds } from '../lib/revoke/record.ts'
import type { RevocationList } from '../lib/store/revocation-list.ts'
import { authorize } from './authorize.ts'
import type { Middleware, Next } from './connect.ts'
import { principalOf } from './principal-of.ts'
import { readJson } from './read-json.ts'
import { serveAnswer } from './serve-answer.ts'

export interface RevocationRouterOptions {
  readonly revocations: RevocationList
  /** Who may use it, besides what the boundary before it demands. Default `['admin']`. */
  readonly roles?: Requirement
  /** How long tokens live at most: so long a revocation is kept that says nothing else. Default 86,400. */
  readonly maxTokenLifetimeSeconds?: number
  readonly now?: Clock
}

const FACTORY = 'revocationRouter'
const MAX_BODY_BYTES = 16_384

const BODY_PROBLEMS = {
  400: () => revocationProblem(400, 'invalid_request', 'The request is not valid', 'the body is not valid JSON'),
  413: () => revocationProblem(413, 'content_too_large', 'The body is too large'),
  415: () =>
    revocationProblem(415, 'unsupported_media_type', 'The body must be JSON', 'send content-type: application/json'),
} as const

/**
 * The administration of revocations over HTTP, for use behind `boundary()`: `POST` what is to end. `GET /openapi.json`
 * describes it. It demands a role by itself, so that a route that the boundary lets through by mistake is not open to all.
 * @throws TypeError when an option is missing or wrong
 */
export function revocationRouter(options: RevocationRouterOptions): Middleware {
  assertKnownKeys(FACTORY, options, ['revocations', 'roles', 'maxTokenLifetimeSeconds', 'now'])
  const { revocations, roles = ['admin'], now = systemClock } = options
  assertRevocationList(FACTORY, revocations)
  assertFunction(FACTORY, 'now', now)
  const keepFor = keepForSeconds(FACTORY, options.maxTokenLifetimeSeconds)
  const guard = authorize(rolePolicy(roles))
  const api = revocationAdminApi({ revocations, keepForSeconds: keepFor, now })

  async function serve(request: IncomingMessage): Promise<Answer> {
    const body = await readJson(request, MAX_BODY_BYTES)
    if ('status' in body) return BODY_PROBLEMS[body.status]()
    const [path = ''] = (request.url ?? '').split('?', 1)
    const principal = principalOf(request)
    const actor = principal ? `${principal.kind}:${principal.subject}` : ''
    return api({ method: request.method ?? '', path, body: body.value, actor })
  }

  return function revocationMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    guard(request, response, (error) => {
      if (error === undefined) serveAnswer(request, response, () => serve(request))
      else next(error)
    })
  }
}
