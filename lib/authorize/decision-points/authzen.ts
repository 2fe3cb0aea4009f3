import { withinDeadline } from '../../deadline.ts'
import { DependencyError } from '../../errors.ts'
import type { Decision, Policy } from '../policy.ts'
import { decisionOf, decisionOfAll } from './authzen/answer.ts'
import type { AuthzenEndpoints } from './authzen/discovery.ts'
import { type AuthzenOptions, type AuthzenSettings, authzenSettings } from './authzen/options.ts'
import { type AuthzenBody, type AuthzenQuestion, bodyOf } from './authzen/question.ts'
import { postJson } from './post-json.ts'

const MAX_ANSWER_BYTES = 256 * 1024
/** An endpoint that is not, or no longer, there. */
const GONE: readonly (number | undefined)[] = [404, 405, 410]

/**
 * Asks a policy decision point that speaks the OpenID AuthZEN Authorization API 1.0: one evaluation for each request, or
 * several in one call with `evaluations`. `decision: true` allows and `false` is 403; whatever else comes of it is 503.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function authzenPolicy(options: AuthzenOptions): Policy {
  const settings = authzenSettings(options)
  const { name, maxInFlight, deadlineMs } = settings
  let inFlight = 0

  async function decide(question: AuthzenQuestion): Promise<Decision> {
    if (inFlight >= maxInFlight) throw new DependencyError(name, 'is asked too much at once')
    inFlight++
    try {
      return await withinDeadline(name, deadlineMs, (signal) => ask(question, settings, signal))
    } finally {
      inFlight--
    }
  }

  return {
    name,
    decide: (principal, request) => decide({ principal, request, route: undefined }),
    forRoute: (route) => ({ name, decide: (principal, request) => decide({ principal, request, route }) }),
  }
}

async function ask(question: AuthzenQuestion, settings: AuthzenSettings, signal: AbortSignal): Promise<Decision> {
  const { name, mappings, semantic, endpoints } = settings
  const body = await bodyOf(name, question, mappings)
  const { evaluation, evaluations } = await endpoints.get()
  if (body.evaluations === undefined)
    return decisionOf(await answerTo(question, body, evaluation, settings, signal), settings)
  const several = { ...body, options: { evaluations_semantic: semantic } }
  const answer = await answerTo(question, several, evaluations, settings, signal)
  return decisionOfAll(answer, body.evaluations.length, semantic, settings)
}

async function answerTo(
  { request }: AuthzenQuestion,
  body: AuthzenBody,
  endpoint: AuthzenEndpoints[keyof AuthzenEndpoints],
  { name, credentials, endpoints, fetch }: AuthzenSettings,
  signal: AbortSignal,
): Promise<unknown> {
  if (endpoint === undefined) throw new DependencyError(name, 'takes no several evaluations at once')
  const headers = { ...(await credentials()), 'x-request-id': request.id }
  const check = (answer: Response) => assertAnswersTo(name, request.id, answer)
  try {
    return await postJson(name, endpoint, { body, headers }, { fetch, signal, maxBytes: MAX_ANSWER_BYTES, check })
  } catch (error) {
    if (error instanceof DependencyError && GONE.includes(error.status)) endpoints.forget()
    throw error
  }
}

/** §10.1.3: the id is repeated. One that is left out is let pass; another one is another request's answer. */
function assertAnswersTo(name: string, requestId: string, { headers }: Response): void {
  const repeated = headers.get('x-request-id')
  if (repeated !== null && repeated !== requestId) throw new DependencyError(name, 'answered another request')
}
