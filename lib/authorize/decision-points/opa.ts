import { withinDeadline } from '../../deadline.ts'
import { DependencyError } from '../../errors.ts'
import { isJsonObject } from '../../json-object.ts'
import type { Decision, Policy } from '../policy.ts'
import type { PolicyRoute } from '../policy-route.ts'
import { inputOf } from './opa/input.ts'
import { type OpaOptions, type OpaSettings, opaSettings } from './opa/options.ts'
import { decisionOfResult, undefinedResult } from './opa/result.ts'
import { SharedDecisions } from './opa/shared-decisions.ts'
import { postJson } from './post-json.ts'

const MAX_ANSWER_BYTES = 256 * 1024

/**
 * Asks an Open Policy Agent server by its Data API: `POST /v1/data/<path>`. A result `true`, or an object with `allow: true`,
 * allows; `false`, `allow: false` and an undefined result deny with 403, or with the `status` that the result names; whatever
 * else comes of it is 503. Those who ask the same at the same time share one call.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function opaPolicy(options: OpaOptions): Policy {
  const settings = opaSettings(options)
  const { include, now, reading, maxInFlight, cache } = settings
  const { name, setsHeaders } = reading
  const decisions = new SharedDecisions({ name, maxInFlight, cache, now })

  const forRoute = (route: PolicyRoute | undefined): Policy => ({
    name,
    setsHeaders,
    decide(principal, request) {
      const body = { input: inputOf({ principal, request, route, now: now() }, include) }
      return decisions.get(JSON.stringify(body), principal.expiresAt, () => ask(body, settings))
    },
  })
  return { ...forRoute(undefined), forRoute }
}

async function ask(body: object, settings: OpaSettings): Promise<Decision> {
  const { endpoint, credentials, deadlineMs, fetch, reading } = settings
  const { name } = reading
  const answer = await withinDeadline(name, deadlineMs, async (signal) => {
    return postJson(
      name,
      endpoint,
      { body, headers: await credentials() },
      { fetch, signal, maxBytes: MAX_ANSWER_BYTES },
    )
  })
  if (!isJsonObject(answer)) throw new DependencyError(name, 'gave no answer of the Data API')
  return Object.hasOwn(answer, 'result') ? decisionOfResult(answer.result, reading) : undefinedResult(reading)
}
