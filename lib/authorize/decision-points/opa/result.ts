import { AuthError, type AuthErrorCode, DependencyError } from '../../../errors.ts'
import { isJsonObject, type JsonObject } from '../../../json-object.ts'
import { ALLOW, type Decision } from '../../policy.ts'
import { allowance } from '../../policy-headers.ts'
import { logText } from '../reason.ts'

export interface ResultReading {
  /** Whose result it is. */
  readonly name: string
  /** The headers that an allowance may set, lower-case. */
  readonly setsHeaders: readonly string[]
  /** Whether callers who are denied are told the policy's reason. */
  readonly tellsReason: boolean
}

/** What an allowance may say besides. More would be a condition that nobody here heeds. */
const MEMBERS = ['allow', 'headers', 'reason', 'status']

/** The errors that a policy may choose from; any other status is 403. */
const CODES: ReadonlyMap<unknown, AuthErrorCode> = new Map([
  [401, 'unauthenticated'],
  [403, 'access_denied'],
  [429, 'too_many_requests'],
])

/** Nothing is defined for the input: no rule allows it. */
export function undefinedResult({ name }: ResultReading): Decision {
  return { allow: false, error: new AuthError('access_denied', { reason: `undefined by ${name}` }) }
}

/**
 * What a policy has decided: true or false, or an object that says so in `allow`. Nothing else is a decision, however much it
 * looks like one.
 * @throws DependencyError for what is none
 */
export function decisionOfResult(result: unknown, reading: ResultReading): Decision {
  if (result === true) return ALLOW
  if (result === false) return denial({}, reading)
  if (!isJsonObject(result) || !Object.hasOwn(result, 'allow')) throw noDecision(reading)
  if (result.allow === false) return denial(result, reading)
  if (result.allow !== true) throw noDecision(reading)
  if (Object.keys(result).some((member) => !MEMBERS.includes(member))) {
    throw new DependencyError(reading.name, 'allows, and says more than can be heeded')
  }
  return allowance(reading.name, result.headers, reading.setsHeaders)
}

/** What a denial says besides is of no consequence for whether it is one. */
function denial({ reason, status }: JsonObject, { name, tellsReason }: ResultReading): Decision {
  const text = logText(reason)
  const code = CODES.get(status) ?? 'access_denied'
  return {
    allow: false,
    error: new AuthError(code, {
      reason: text === undefined ? `denied by ${name}` : `denied by ${name}: ${text}`,
      detail: tellsReason ? text : undefined,
    }),
  }
}

function noDecision({ name }: ResultReading): DependencyError {
  return new DependencyError(name, 'gave no decision')
}
