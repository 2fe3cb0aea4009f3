import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, type Decision, deny } from '../../../../lib/authorize/policy.ts'
import { somePolicy } from '../../../../lib/authorize/requirements/any-of.ts'
import type { Awaitable } from '../../../../lib/effects.ts'
import { AuthError, type AuthErrorCode } from '../../../../lib/errors.ts'
import { principal } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'

type Answer = () => Awaitable<Decision>
const yes: Answer = () => ALLOW
const no: Answer = () => deny('no')
const other: Answer = () => deny('other')
const scope: Answer = () => refusedWith('insufficient_scope')
const login: Answer = () => refusedWith('insufficient_user_authentication')
const down: Answer = () => {
  throw new Error('down')
}
const refusedWith = (code: AuthErrorCode): Decision => ({ allow: false, error: new AuthError(code, { reason: code }) })

async function outcome(answers: readonly Answer[]): Promise<string> {
  const policies = answers.map((decide, index) => ({ name: `p${index}`, decide }))
  const decision = await somePolicy(policies).decide(principal(), requestView())
  return decision.allow ? 'allowed' : `${decision.error.code}: ${decision.error.reason}`
}

const CASES: readonly (readonly [string, readonly Answer[], string])[] = [
  ['one that allows is enough', [no, yes, no], 'allowed'],
  ['none allows: the first refusal', [no, other], 'access_denied: no'],
  ['rather a refusal that the caller can mend', [no, scope, login], 'insufficient_scope: insufficient_scope'],
  ['a login as well', [no, login], 'insufficient_user_authentication: insufficient_user_authentication'],
  ['one that fails keeps nobody out whom another lets in', [down, yes], 'allowed'],
  ['and lets nobody in: 503', [no, down], 'temporarily_unavailable: unexpected failure'],
  ['whatever else is refused', [down, scope], 'temporarily_unavailable: unexpected failure'],
]

for (const [when, delay] of [
  ['at once', (answer: Answer) => answer],
  ['later', (answer: Answer) => async () => answer()],
] as const) {
  suite(`any of several that answer ${when}`, () => {
    for (const [title, answers, expected] of CASES) {
      test(title, async () => assert.equal(await outcome(answers.map(delay)), expected))
    }
  })
}

suite('some at once and some later', () => {
  const later = (answer: Answer) => async () => answer()
  for (const [title, answers, expected] of CASES) {
    test(title, async () => {
      for (let bits = 1; bits < 2 ** answers.length; bits++) {
        const mixed = answers.map((answer, index) => (bits & (1 << index) ? later(answer) : answer))
        assert.equal(await outcome(mixed), expected)
      }
    })
  }
})

test('who answers at once is asked without a promise', () => {
  const decision = somePolicy([
    { name: 'no', decide: no },
    { name: 'yes', decide: yes },
  ]).decide(principal(), requestView())
  assert.equal(decision, ALLOW)
})
