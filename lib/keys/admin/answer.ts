import { problemAnswer } from '../../json-answer.ts'
import type { Answer } from '../../problem.ts'
import type { KeyProblem } from '../api-keys.ts'

export const KEY_PROBLEM_TYPE_PREFIX = 'urn:gatewarden:key-problem:'

/** Problem details (RFC 9457) for what is wrong with a request to the administration of keys. */
export function problem(status: number, code: string, title: string, detail?: string, headers = {}): Answer {
  return problemAnswer(status, { type: KEY_PROBLEM_TYPE_PREFIX + code, title, detail, code }, headers)
}

const PROBLEMS: Readonly<Record<KeyProblem['problem'], readonly [status: number, code: string, title: string]>> = {
  'not found': [404, 'not_found', 'There is no such key'],
  invalid: [400, 'invalid_request', 'The request is not valid'],
  duplicate: [409, 'duplicate', 'The key is there already'],
  revoked: [409, 'revoked', 'The key is revoked'],
  replaced: [409, 'replaced', 'The key was rotated already'],
  expired: [409, 'expired', 'The key has expired'],
}

export function keyProblemAnswer({ problem: kind, detail }: KeyProblem): Answer {
  const [status, code, title] = PROBLEMS[kind]
  return problem(status, code, title, detail)
}

export function isKeyProblem(value: object): value is KeyProblem {
  return 'problem' in value
}
