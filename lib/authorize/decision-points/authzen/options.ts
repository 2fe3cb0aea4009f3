import { type Clock, type Fetch, systemClock } from '../../../effects.ts'
import {
  assertBoolean,
  assertDelayMs,
  assertEndpoint,
  assertFunction,
  assertKnownKeys,
  assertOneOf,
  assertPositiveNumber,
  assertString,
  dangerouslyAllowHttp,
  invalidOption,
} from '../../../options.ts'
import { credentialHeaders, type DecisionPointCredentials } from '../credentials.ts'
import { EVALUATIONS_SEMANTICS, type EvaluationsSemantic } from './answer.ts'
import type { AuthzenEndpoints } from './discovery.ts'
import { KnownEndpoints } from './known-endpoints.ts'
import { type AuthzenMappings, actionOf, resourceOf, subjectOf } from './question.ts'

export interface AuthzenOptions extends Partial<AuthzenMappings>, DecisionPointCredentials {
  /**
   * The decision point's identifier: an `https:` URL without query, as its metadata has it, to the letter. Its endpoints are
   * found at `/.well-known/authzen-configuration`: Authorization API 1.0 §9.
   */
  readonly url: string
  /** Where it is asked, for one that has no metadata. Then nothing is looked up. */
  readonly endpoints?: AuthzenEndpoints
  /** What several `evaluations` come to: all must be permitted (the first two), or one. Default `execute_all`. */
  readonly semantic?: EvaluationsSemantic
  /** For logs and events. Default `authzen`. */
  readonly name?: string
  /** Tell callers who are denied the `reason_user` of the decision point. Default false. */
  readonly tellUserReason?: boolean
  /** Bounds a question, and a look-up of metadata. Default 3,000. */
  readonly deadlineMs?: number
  /** How many questions may be under way; what would be more is answered 503. Default 256. */
  readonly maxInFlight?: number
  /** Metadata older than this is looked up again in the background, at the next question. Default 3,600. */
  readonly refreshAfterSeconds?: number
  /** Metadata older than this is not used, when it cannot be looked up: then 503. Default 86,400. */
  readonly maxStaleSeconds?: number
  /** Makes the calls: one with a client certificate, or behind a proxy. */
  readonly fetch?: Fetch
  readonly now?: Clock
  /** @deprecated see {@link dangerouslyAllowHttp} */
  readonly [dangerouslyAllowHttp]?: boolean
}

const FACTORY = 'authzenPolicy'
const OPTIONS: readonly string[] = [
  ...['url', 'endpoints', 'subject', 'action', 'resource', 'context', 'evaluations', 'semantic', 'name', 'token'],
  ...[
    'headers',
    'tellUserReason',
    'deadlineMs',
    'maxInFlight',
    'refreshAfterSeconds',
    'maxStaleSeconds',
    'fetch',
    'now',
  ],
]

/** What the options come to, worked out at boot. */
export interface AuthzenSettings {
  readonly name: string
  readonly mappings: AuthzenMappings
  readonly semantic: EvaluationsSemantic
  readonly credentials: ReturnType<typeof credentialHeaders>
  readonly endpoints: Pick<KnownEndpoints, 'get' | 'forget'>
  readonly tellsUser: boolean
  readonly deadlineMs: number
  readonly maxInFlight: number
  readonly fetch: Fetch
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function authzenSettings(options: AuthzenOptions): AuthzenSettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { name = 'authzen', semantic = 'execute_all', tellUserReason = false, fetch = globalThis.fetch } = options
  const { deadlineMs = 3_000, maxInFlight = 256 } = options
  assertString(FACTORY, 'name', name)
  assertOneOf(FACTORY, 'semantic', semantic, EVALUATIONS_SEMANTICS)
  assertBoolean(FACTORY, 'tellUserReason', tellUserReason)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  assertPositiveNumber(FACTORY, 'maxInFlight', maxInFlight, 1)
  assertFunction(FACTORY, 'fetch', fetch)
  const settings = { name, semantic, tellsUser: tellUserReason, deadlineMs, maxInFlight, fetch }
  return {
    ...settings,
    mappings: mappingsOf(options),
    credentials: credentialHeaders(FACTORY, name, options),
    endpoints: endpointsOf(options, settings),
  }
}

function mappingsOf(options: AuthzenOptions): AuthzenMappings {
  const { subject = subjectOf, action = actionOf, resource = resourceOf, evaluations, semantic } = options
  const { context = () => undefined } = options
  const mappings = { subject, action, resource, context }
  for (const [name, mapping] of Object.entries(mappings)) assertFunction(FACTORY, name, mapping)
  if (evaluations !== undefined) assertFunction(FACTORY, 'evaluations', evaluations)
  else if (semantic !== undefined) throw invalidOption(FACTORY, '"semantic" is for several "evaluations"; say both')
  return { ...mappings, evaluations }
}

type Found = Pick<AuthzenSettings, 'name' | 'deadlineMs' | 'fetch'>

function endpointsOf(options: AuthzenOptions, found: Found): AuthzenSettings['endpoints'] {
  const { url: identifier, refreshAfterSeconds = 3_600, maxStaleSeconds = 86_400, now = systemClock } = options
  const allowHttp = options[dangerouslyAllowHttp] === true
  assertEndpoint(FACTORY, 'url', identifier, allowHttp)
  if (/[?#]/.test(identifier)) throw invalidOption(FACTORY, '"url" must hold neither query nor fragment')
  assertPositiveNumber(FACTORY, 'refreshAfterSeconds', refreshAfterSeconds)
  assertPositiveNumber(FACTORY, 'maxStaleSeconds', maxStaleSeconds, refreshAfterSeconds)
  assertFunction(FACTORY, 'now', now)
  if (options.endpoints !== undefined) return fixedEndpoints(options, allowHttp)
  return new KnownEndpoints({ ...found, identifier, allowHttp, refreshAfterSeconds, maxStaleSeconds, now })
}

function fixedEndpoints(
  { endpoints = {}, evaluations }: AuthzenOptions,
  allowHttp: boolean,
): AuthzenSettings['endpoints'] {
  assertKnownKeys(`${FACTORY}.endpoints`, endpoints, ['evaluation', 'evaluations'])
  const needed = evaluations === undefined ? 'evaluation' : 'evaluations'
  if (endpoints[needed] === undefined) throw invalidOption(FACTORY, `"endpoints" must hold "${needed}"`)
  for (const [name, url] of Object.entries(endpoints)) assertEndpoint(FACTORY, `endpoints.${name}`, url, allowHttp)
  return { get: () => endpoints, forget: () => undefined }
}
