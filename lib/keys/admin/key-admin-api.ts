import type { Clock } from '../../effects.ts'
import { jsonAnswer as json } from '../../json-answer.ts'
import type { Answer } from '../../problem.ts'
import type { ApiKeyChanges } from '../../store/key-store.ts'
import type { ApiKeys, KeyListing } from '../api-keys.ts'
import type { ApiKeyFields } from '../key-fields.ts'
import { viewOfKey } from '../key-view.ts'
import { isKeyProblem, keyProblemAnswer, problem } from './answer.ts'
import { OPENAPI } from './openapi.ts'

export interface KeyAdminRequest {
  readonly method: string
  /** The path below where the administration is mounted, such as `/key_1/rotate`. */
  readonly path: string
  readonly query: URLSearchParams
  /** The parsed body; `undefined` when there is none. */
  readonly body: unknown
  /** Who asks, for the audit. */
  readonly actor: string
}

type Handler = (request: KeyAdminRequest, id: string) => Promise<Answer>

/** The administration of keys as values: a request in, an answer out. */
export function keyAdminApi(keys: ApiKeys, now: Clock): (request: KeyAdminRequest) => Promise<Answer> {
  const routes = routesOf(keys, now)
  return async (request) => {
    const route = routes.find(({ pattern }) => pattern.test(request.path))
    if (!route) return problem(404, 'not_found', 'There is nothing here')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const handler = route.handlers[method]
    if (handler) return handler(request, route.pattern.exec(request.path)?.[1] ?? '')
    const allow = Object.keys(route.handlers).flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]))
    return problem(405, 'method_not_allowed', 'This method is not for this resource', undefined, {
      allow: allow.join(', '),
    })
  }
}

interface Route {
  readonly pattern: RegExp
  readonly handlers: Readonly<Record<string, Handler>>
}

function routesOf(keys: ApiKeys, now: Clock): readonly Route[] {
  const collection: Record<string, Handler> = {
    GET: async ({ query }) => {
      const listing = readListing(query)
      if (typeof listing === 'string') return invalid(listing)
      const { records, next } = await keys.list(listing)
      return json(200, { keys: records.map((record) => viewOfKey(record, now())), ...(next !== undefined && { next }) })
    },
    POST: async ({ body, actor }) => {
      if (!isObject(body)) return invalid('the body must be a JSON object')
      const made = await keys.create(body as unknown as ApiKeyFields, actor)
      if (isKeyProblem(made)) return keyProblemAnswer(made)
      return json(201, { key: made.key, ...viewOfKey(made.record, now()) })
    },
  }
  const item: Record<string, Handler> = {
    GET: async (_request, id) => {
      const record = await keys.get(id)
      if (!record) return keyProblemAnswer({ problem: 'not found', detail: 'no key has this id' })
      return json(200, viewOfKey(record, now()))
    },
    PATCH: async ({ body, actor }, id) => {
      if (!isObject(body)) return invalid('the body must be a JSON object')
      const updated = await keys.update(id, body as ApiKeyChanges, actor)
      return isKeyProblem(updated) ? keyProblemAnswer(updated) : json(200, viewOfKey(updated, now()))
    },
    DELETE: async ({ actor }, id) => {
      const revoked = await keys.revoke(id, actor)
      return isKeyProblem(revoked) ? keyProblemAnswer(revoked) : json(200, viewOfKey(revoked, now()))
    },
  }
  const rotation: Record<string, Handler> = {
    POST: async ({ body, actor }, id) => {
      const graceSeconds = readGrace(body)
      if (graceSeconds === undefined) return invalid('the body must be {"graceSeconds": number}')
      const rotated = await keys.rotate(id, graceSeconds, actor)
      if (isKeyProblem(rotated)) return keyProblemAnswer(rotated)
      const replaced = viewOfKey(rotated.replaced, now())
      return json(201, { key: rotated.key, ...viewOfKey(rotated.record, now()), replaced })
    },
  }
  return [
    { pattern: /^\/?$/, handlers: collection },
    { pattern: /^\/openapi\.json$/, handlers: { GET: async () => json(200, OPENAPI) } },
    { pattern: /^\/([^/]+)$/, handlers: item },
    { pattern: /^\/([^/]+)\/rotate$/, handlers: rotation },
  ]
}

const LIST_PARAMETERS = ['owner', 'cursor', 'limit', 'active']

function readListing(query: URLSearchParams): KeyListing | string {
  const unknown = [...query.keys()].find((name) => !LIST_PARAMETERS.includes(name))
  if (unknown !== undefined) return `unknown parameter; known ones: ${LIST_PARAMETERS.join(', ')}`
  const limit = query.get('limit') ?? undefined
  if (limit !== undefined && !(/^\d{1,4}$/.test(limit) && Number(limit) >= 1))
    return '"limit" must be a number from 1 to 1000'
  const active = query.get('active') ?? 'false'
  if (active !== 'true' && active !== 'false') return '"active" must be true or false'
  return {
    owner: query.get('owner') ?? undefined,
    cursor: query.get('cursor') ?? undefined,
    limit: limit === undefined ? undefined : Number(limit),
    activeOnly: active === 'true',
  }
}

/** Without a body, the old key ends at once. */
function readGrace(body: unknown): number | undefined {
  if (body === undefined) return 0
  if (!isObject(body) || Object.keys(body).some((name) => name !== 'graceSeconds')) return undefined
  const { graceSeconds = 0 } = body
  return typeof graceSeconds === 'number' ? graceSeconds : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(detail: string): Answer {
  return problem(400, 'invalid_request', 'The request is not valid', detail)
}
