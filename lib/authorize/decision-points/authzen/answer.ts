import { AuthError, DependencyError } from '../../../errors.ts'
import { isJsonObject } from '../../../json-object.ts'
import { ALLOW, type Decision } from '../../policy.ts'
import { reasonIn } from '../reason.ts'

/** What several evaluations come to, and how many of them must be answered: Authorization API 1.0 §7.1.2.1. */
export type EvaluationsSemantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit'

export const EVALUATIONS_SEMANTICS: readonly EvaluationsSemantic[] = [
  ...(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const),
]

export interface AnswerReading {
  /** Whose answer it is. */
  readonly name: string
  /** Whether callers are told why, in the words that the decision point has for them. */
  readonly tellsUser: boolean
}

/** A decision, §5.5: `decision` is true or false, and nothing else is one. */
interface Verdict {
  readonly decision: boolean
  readonly context: unknown
}

/** @throws DependencyError for what is no answer to one evaluation: §6.2 */
export function decisionOf(answer: unknown, reading: AnswerReading): Decision {
  const verdict = verdictOf(answer, reading)
  return verdict.decision ? ALLOW : denial(verdict, reading)
}

/**
 * The order and the number of the answers are those of the questions (§7.2), less what the semantic leaves out. An answer
 * that stops early stops at what ends it.
 * @throws DependencyError for what is no answer to so many evaluations
 */
export function decisionOfAll(
  answer: unknown,
  asked: number,
  semantic: EvaluationsSemantic,
  reading: AnswerReading,
): Decision {
  const list = isJsonObject(answer) ? answer.evaluations : undefined
  if (!Array.isArray(list)) throw noAnswer(reading)
  const verdicts = list.map((each) => verdictOf(each, reading))
  const isWhole = verdicts.length === asked
  if (!isWhole && !endsEarly(verdicts, asked, semantic)) throw noAnswer(reading)
  const denied = verdicts.find(({ decision }) => !decision)
  if (semantic === 'permit_on_first_permit' && verdicts.some(({ decision }) => decision)) return ALLOW
  return denied ? denial(denied, reading) : ALLOW
}

function endsEarly(verdicts: readonly Verdict[], asked: number, semantic: EvaluationsSemantic): boolean {
  if (semantic === 'execute_all' || verdicts.length === 0 || verdicts.length > asked) return false
  const ending = semantic === 'permit_on_first_permit'
  return verdicts.findIndex(({ decision }) => decision === ending) === verdicts.length - 1
}

function verdictOf(answer: unknown, reading: AnswerReading): Verdict {
  if (!isJsonObject(answer) || typeof answer.decision !== 'boolean') throw noAnswer(reading)
  if (answer.context !== undefined && !isJsonObject(answer.context)) throw noAnswer(reading)
  return { decision: answer.decision, context: answer.context }
}

function noAnswer({ name }: AnswerReading): DependencyError {
  return new DependencyError(name, 'gave no decision')
}

function denial({ context }: Verdict, { name, tellsUser }: AnswerReading): Decision {
  const told = reasonIn(context, 'reason_admin')
  const reason = told === undefined ? `denied by ${name}` : `denied by ${name}: ${told}`
  const detail = tellsUser ? reasonIn(context, 'reason_user') : undefined
  return { allow: false, error: new AuthError('access_denied', { reason, detail }) }
}
