import type { Clock } from '../../effects.ts'
import { jsonAnswer, problemAnswer } from '../../json-answer.ts'
import type { Answer } from '../../problem.ts'
import type { RevocationList } from '../../store/revocation-list.ts'
import { publish, record } from '../record.ts'
import { OPENAPI } from './openapi.ts'
import { readRevocation } from './read-revocation.ts'

export interface RevocationAdminRequest {
  readonly method: string
  /** The path below where the administration is mounted. */
  readonly path: string
  /** The parsed body; `undefined` when there is none. */
  readonly body: unknown
  /** Who asks, for the audit. */
  readonly actor: string
}

export interface RevocationAdminSettings {
  readonly revocations: RevocationList
  readonly keepForSeconds: number
  readonly now: Clock
}

/** The administration of revocations as values: a request in, an answer out. */
export function revocationAdminApi(
  settings: RevocationAdminSettings,
): (request: RevocationAdminRequest) => Promise<Answer> {
  return async ({ method, path, body, actor }) => {
    if (path === '/openapi.json') {
      return method === 'GET' || method === 'HEAD' ? jsonAnswer(200, OPENAPI) : wrongMethod('GET, HEAD')
    }
    if (path !== '' && path !== '/') return revocationProblem(404, 'not_found', 'There is nothing here')
    if (method !== 'POST') return wrongMethod('POST')
    return revoke(body, actor, settings)
  }
}

async function revoke(body: unknown, actor: string, settings: RevocationAdminSettings): Promise<Answer> {
  const { revocations, keepForSeconds, now } = settings
  const revocation = readRevocation(body, { now: now(), keepForSeconds })
  if (typeof revocation === 'string') {
    return revocationProblem(400, 'invalid_request', 'The request is not valid', revocation)
  }
  await record(revocations, [revocation])
  publish('administration', [revocation], { actor, now })
  return jsonAnswer(201, revocation)
}

export function revocationProblem(
  status: number,
  code: string,
  title: string,
  detail?: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return problemAnswer(status, { type: `urn:gatewarden:revocation-problem:${code}`, title, detail, code }, headers)
}

function wrongMethod(allow: string): Answer {
  return revocationProblem(405, 'method_not_allowed', 'This method is not for this resource', undefined, { allow })
}
