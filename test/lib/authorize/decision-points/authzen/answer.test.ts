import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  decisionOf,
  decisionOfAll,
  EVALUATIONS_SEMANTICS,
  type EvaluationsSemantic,
} from '../../../../../lib/authorize/decision-points/authzen/answer.ts'

const reading = { name: 'pdp', tellsUser: false }
const yes = { decision: true }
const no = { decision: false }

/** `allowed`, `denied`, or `no answer`. */
function outcome(decide: () => ReturnType<typeof decisionOf>): string {
  try {
    return decide().allow ? 'allowed' : 'denied'
  } catch (error) {
    assert.match(String(error), /^DependencyError: pdp: gave no decision$/)
    return 'no answer'
  }
}

suite('only true allows, and only false denies', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [yes, 'allowed'],
    [no, 'denied'],
    [{ ...yes, context: {} }, 'allowed'],
    [{ ...yes, obligations: [] }, 'allowed'],
    ...[undefined, null, true, 'true', 1, [], {}, [yes], { decision: 'true' }, { decision: 1 }, { decision: null }].map(
      (answer) => [answer, 'no answer'] as const,
    ),
    ...[{ decision: [true] }, { decision: {} }, { Decision: true }, { allow: true }, { evaluations: [yes] }].map(
      (answer) => [answer, 'no answer'] as const,
    ),
    [{ ...yes, context: [] }, 'no answer'],
    [{ ...yes, context: 'because' }, 'no answer'],
    [JSON.parse('{"__proto__":{"decision":true}}'), 'no answer'],
  ]
  for (const [answer, expected] of cases) {
    test(`${JSON.stringify(answer)}: ${expected}`, () => {
      assert.equal(
        outcome(() => decisionOf(answer, reading)),
        expected,
      )
    })
  }
})

suite('of three', () => {
  const cases: readonly (readonly [EvaluationsSemantic, readonly unknown[], string])[] = [
    ['execute_all', [yes, yes, yes], 'allowed'],
    ['execute_all', [yes, no, yes], 'denied'],
    ['execute_all', [yes, yes], 'no answer'],
    ['execute_all', [no], 'no answer'],
    ['deny_on_first_deny', [yes, yes, yes], 'allowed'],
    ['deny_on_first_deny', [no], 'denied'],
    ['deny_on_first_deny', [yes, no], 'denied'],
    ['deny_on_first_deny', [yes, no, yes], 'denied'],
    ['deny_on_first_deny', [yes], 'no answer'],
    ['deny_on_first_deny', [yes, yes], 'no answer'],
    ['deny_on_first_deny', [no, yes], 'no answer'],
    ['deny_on_first_deny', [no, no], 'no answer'],
    ['permit_on_first_permit', [yes], 'allowed'],
    ['permit_on_first_permit', [no, yes], 'allowed'],
    ['permit_on_first_permit', [no, no, yes], 'allowed'],
    ['permit_on_first_permit', [no, yes, no], 'allowed'],
    ['permit_on_first_permit', [no, no, no], 'denied'],
    ['permit_on_first_permit', [no, no], 'no answer'],
    ['permit_on_first_permit', [yes, no], 'no answer'],
    ['permit_on_first_permit', [yes, yes], 'no answer'],
    ...EVALUATIONS_SEMANTICS.flatMap((semantic) =>
      [[], [yes, yes, yes, yes], [no, no, no, no], [yes, yes, {}], [no, no, null], [yes, 'true', yes]].map(
        (answers) => [semantic, answers, 'no answer'] as const,
      ),
    ),
  ]
  for (const [semantic, evaluations, expected] of cases) {
    test(`${semantic} ${JSON.stringify(evaluations)}: ${expected}`, () => {
      assert.equal(
        outcome(() => decisionOfAll({ evaluations }, 3, semantic, reading)),
        expected,
      )
    })
  }

  test('a decision beside the evaluations counts for nothing', () => {
    assert.equal(
      outcome(() => decisionOfAll({ ...yes, evaluations: [yes, no, yes] }, 3, 'execute_all', reading)),
      'denied',
    )
  })

  test('a decision without evaluations is no answer', () => {
    for (const answer of [yes, no, null, [yes, yes, yes], { evaluations: {} }]) {
      assert.equal(
        outcome(() => decisionOfAll(answer, 3, 'permit_on_first_permit', reading)),
        'no answer',
      )
    }
  })

  test('the first that is denied says why', () => {
    const evaluations = [
      yes,
      { ...no, context: { reason_admin: 'first' } },
      { ...no, context: { reason_admin: 'other' } },
    ]
    const decision = decisionOfAll({ evaluations }, 3, 'execute_all', reading)
    assert.equal(decision.allow ? '' : decision.error.reason, 'denied by pdp: first')
  })
})
