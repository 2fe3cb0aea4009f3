import { candidateHashes, parseApiKey } from '../api-key.ts'
import { keyProblem, limitProblem, principalFieldsOfKey } from '../api-key-record.ts'
import { createChallenge } from '../challenge.ts'
import { type Awaitable, onceThere } from '../effects.ts'
import { AuthError } from '../errors.ts'
import type { RequestView } from '../request-view.ts'
import type { ApiKeyRecord } from '../store/key-store.ts'
import { lookUp } from './api-key/look-up.ts'
import { type ApiKeyOptions, type ApiKeySettings, apiKeySettings } from './api-key/options.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticatedAs,
  malformed,
  rejected,
  rejectedWith,
} from './authenticator.ts'
import { readCredential } from './credential.ts'
import { rehearsalOf } from './rehearsal.ts'

export type { ApiKeyOptions } from './api-key/options.ts'

/** One answer for every bad key: unknown, wrong, expired and revoked look the same from outside. */
const DETAIL = 'The API key is not valid.'

/** What a key of another system may look like: enough to be a secret, and nothing that needs decoding. */
const FOREIGN_KEY = /^[\x21-\x7e]{16,256}$/

/**
 * API keys, by header only, looked up by their hash. A key of another form, with a wrong checksum or of another
 * environment dies before the store is asked.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function apiKeyAuthenticator(options: ApiKeyOptions): Authenticator {
  const settings = apiKeySettings(options)
  const { sources, challenge, urlParameters } = settings
  const untouched = withoutEffects(settings)
  return {
    method: 'api-key',
    challenges: [createChallenge(challenge.scheme, { realm: settings.realm, in: 'header', name: challenge.header })],
    sources,
    urlParameters,
    issuers: [],
    authenticate: (request) => authenticate(settings, request),
    rehearse: (request) => onceThere(authenticate(untouched, request), rehearsalOf),
  }
}

/** Notes no use, and counts no bad key. */
function withoutEffects(settings: ApiKeySettings): ApiKeySettings {
  const { guesses } = settings
  return { ...settings, usage: undefined, guesses: guesses && { ...guesses, note: guesses.peek } }
}

function authenticate(settings: ApiKeySettings, request: RequestView): Awaitable<Authentication> {
  let presented: string | undefined
  for (const source of settings.sources) {
    const key = readCredential(request, source)
    if (key === undefined) continue
    if (presented !== undefined) return malformed({ reason: 'two credentials', detail: 'Present one API key.' })
    presented = key
  }
  return presented === undefined ? ABSENT : verify(settings, presented, request)
}

function verify(settings: ApiKeySettings, key: string, request: RequestView): Awaitable<Authentication> {
  const problem = formProblem(settings, key)
  if (problem) return refuse(settings, problem, request)
  const record = lookUp(settings, candidateHashes(key, settings.peppers))
  if (record instanceof Promise) return record.then((found) => judge(settings, found, request))
  return judge(settings, record, request)
}

/** What can be told of a key without a store. */
function formProblem({ prefix, environments, foreignKeys }: ApiKeySettings, key: string): string | undefined {
  const parsed = parseApiKey(key)
  if (parsed?.prefix === prefix) return environments.has(parsed.environment) ? undefined : 'environment'
  return foreignKeys && !key.startsWith(`${prefix}_`) && FOREIGN_KEY.test(key) ? undefined : 'format'
}

function judge(settings: ApiKeySettings, record: ApiKeyRecord | undefined, request: RequestView): Authentication {
  const problem = record ? keyProblem(record, settings.environments, settings.now()) : 'unknown'
  if (problem || !record) return refuse(settings, problem ?? 'unknown', request)
  const limit = limitProblem(record, request)
  if (limit) return rejectedWith(new AuthError('access_denied', { reason: limit }))
  settings.usage?.note(record.id)
  return authenticatedAs(principalFieldsOfKey(record))
}

/** Bad keys are counted by the network they come from; good ones never are. */
function refuse(settings: ApiKeySettings, reason: string, request: RequestView): Authentication {
  const tooMany = settings.guesses?.note(request.clientAddress)
  return tooMany ? rejectedWith(tooMany) : rejected(reason, DETAIL)
}
