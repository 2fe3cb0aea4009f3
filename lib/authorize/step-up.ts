import { type Clock, systemClock } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { assertFunction, assertKnownKeys, assertStrings, invalidOption } from '../options.ts'
import type { Principal } from '../principal.ts'
import { ALLOW, deny, type Policy } from './policy.ts'

/** How, and how lately, a user must have signed in. With both members, both are needed. */
export interface StepUpAlternative {
  /** One of these must be the credential's `acr`, compared exactly. The one liked best comes first (RFC 9470 §3). */
  readonly acrValues?: readonly string[]
  /** How long ago the user may have signed in (`auth_time`): whole seconds. */
  readonly maxAgeSeconds?: number
}

/** Of several alternatives any is enough. Who meets none is sent for the first. */
export type StepUp = StepUpAlternative | readonly StepUpAlternative[]

export interface StepUpOptions {
  readonly now?: Clock
}

/** What a quoted list with spaces between its members can hold. */
const ACR = /^[\x21\x23-\x5b\x5d-\x7e]+$/
/** An issuer's clock may be ahead. A login farther in the future is a mistake, such as milliseconds for seconds. */
const CLOCK_TOLERANCE_SECONDS = 60

/**
 * The login that a user must come from: step-up authentication (RFC 9470). Whoever meets no alternative is answered 401
 * `insufficient_user_authentication`, with what to ask the authorization server for. Who cannot log in again is denied: a
 * client, an API key, and any other credential of no issuer.
 * @throws TypeError for a requirement that asks for nothing, or that no challenge could tell
 */
export function stepUpPolicy(stepUp: StepUp, options: StepUpOptions = {}): Policy {
  assertKnownKeys('stepUpPolicy', options, ['now'])
  const { now = systemClock } = options
  assertFunction('stepUpPolicy', 'now', now)
  const alternatives = checkedAlternatives(stepUp)
  const challengeParameters = parametersOf(alternatives[0])
  return {
    name: `step-up ${alternatives.map((each) => Object.values(parametersOf(each)).join(' ')).join(' or ')}`,
    decide(principal) {
      if (principal.kind !== 'user') return deny('step-up of no user')
      const at = now()
      if (alternatives.some((each) => problemOf(principal, each, at) === undefined)) return ALLOW
      if (principal.issuer === undefined) return deny('step-up without an issuer')
      const reason = problemOf(principal, alternatives[0], at) ?? 'step-up'
      return { allow: false, error: new AuthError('insufficient_user_authentication', { reason, challengeParameters }) }
    },
  }
}

/** Why a login is not what an alternative asks for; a word for the log. */
function problemOf(principal: Principal, asked: StepUpAlternative, now: number): string | undefined {
  const { acrValues, maxAgeSeconds } = asked
  if (acrValues && !acrValues.some((value) => value === principal.claims.acr)) return 'acr'
  if (maxAgeSeconds === undefined) return undefined
  if (principal.authenticatedAt === undefined) return 'no auth_time'
  const age = now - principal.authenticatedAt
  if (!(age >= -CLOCK_TOLERANCE_SECONDS)) return 'login in the future'
  return age <= maxAgeSeconds ? undefined : 'login too old'
}

/** RFC 9470 §3. */
function parametersOf({ acrValues, maxAgeSeconds }: StepUpAlternative): Readonly<Record<string, string>> {
  return {
    ...(acrValues && { acr_values: acrValues.join(' ') }),
    ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
  }
}

type Alternatives = readonly [StepUpAlternative, ...StepUpAlternative[]]

function checkedAlternatives(stepUp: StepUp): Alternatives {
  const [first, ...others] = (Array.isArray(stepUp) ? stepUp : [stepUp]).map(checkedAlternative)
  if (!first) throw invalidOption('stepUpPolicy', '"stepUp" must hold at least one alternative')
  return [first, ...others]
}

function checkedAlternative(alternative: StepUpAlternative): StepUpAlternative {
  assertKnownKeys('stepUpPolicy.stepUp', alternative, ['acrValues', 'maxAgeSeconds'])
  const { acrValues, maxAgeSeconds } = alternative
  if (acrValues === undefined && maxAgeSeconds === undefined) {
    throw invalidOption('stepUpPolicy', '"stepUp" asks for nothing; say acrValues, maxAgeSeconds or both')
  }
  if (acrValues !== undefined) {
    assertStrings('stepUpPolicy', 'acrValues', acrValues)
    const unusable = acrValues.find((value) => !ACR.test(value))
    if (unusable !== undefined) {
      throw invalidOption('stepUpPolicy', `"acrValues" holds ${JSON.stringify(unusable)}, which no challenge can tell`)
    }
  }
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds > 0)) {
    throw invalidOption('stepUpPolicy', '"maxAgeSeconds" must be a whole number of seconds above 0')
  }
  return alternative
}
