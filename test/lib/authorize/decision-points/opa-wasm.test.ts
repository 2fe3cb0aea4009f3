import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OpaInput } from '../../../../lib/authorize/decision-points/opa/input.ts'
import {
  type LoadedOpaPolicy,
  type OpaWasmOptions,
  opaWasmPolicy,
} from '../../../../lib/authorize/decision-points/opa-wasm.ts'
import { policyRoute } from '../../../../lib/authorize/policy-route.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const alice = principal({ roles: ['editor'] })
const answering = (set: unknown): LoadedOpaPolicy => ({ evaluate: () => set })
const decide = (policy: LoadedOpaPolicy) => atOnce(opaWasmPolicy({ policy }).decide(alice, requestView()))

test('it answers at once, with the result of the one rule that it asks', () => {
  assert.deepEqual(decide(answering([{ result: true }])), { allow: true })
  assert.equal(decide(answering([{ result: false }])).allow, false)
  assert.equal(decide(answering([{ result: { allow: false, reason: 'no' } }])).allow, false)
})

test('an empty set, and one without a result, deny', () => {
  for (const set of [[], [{}]]) {
    const decision = decide(answering(set))
    assert.equal(decision.allow ? undefined : decision.error.code, 'access_denied')
  }
})

suite('fails', () => {
  const throwing = (thrown: unknown): LoadedOpaPolicy => ({
    evaluate() {
      throw thrown
    },
  })
  const policies: Readonly<Record<string, LoadedOpaPolicy>> = {
    'no set': answering(undefined),
    'a promise of a set': answering(Promise.resolve([{ result: true }])),
    'true, without a set': answering(true),
    'a result without a set': answering({ result: true }),
    'true in a set': answering([true]),
    'several results': answering([{ result: true }, { result: true }]),
    'true as text': answering([{ result: 'true' }]),
    'a set as text': answering('[{"result":true}]'),
    'thrown text': throwing('entrypoint 1 with alice'),
    'thrown nothing': throwing(undefined),
    'a trap': throwing(new RangeError('unreachable')),
  }
  for (const [name, policy] of Object.entries(policies)) {
    test(name, () => {
      assert.throws(
        () => decide(policy),
        (error) => error instanceof DependencyError && !/alice/.test(error.message),
      )
    })
  }
})

test('the input is that of the server, and the entrypoint is passed on', () => {
  const asked: unknown[] = []
  const policy: LoadedOpaPolicy = {
    entrypoints: { 'gateway/authz/allow': 0, 'gateway/authz/decision': 1 },
    evaluate(input, entrypoint) {
      const { path, user_roles, request } = input as OpaInput
      asked.push([path, user_roles, (request.route as { rule: string } | undefined)?.rule, entrypoint])
      return [{ result: true }]
    },
  }
  const made = opaWasmPolicy({ policy, entrypoint: 'gateway/authz/decision' })
  made.forRoute?.(policyRoute('* /orders/:id', '/orders/:id', new Map())).decide(alice, requestView())
  assert.deepEqual(asked, [['/orders/42', ['editor'], '* /orders/:id', 'gateway/authz/decision']])
})

suite('refused at boot', () => {
  const policy: LoadedOpaPolicy = { ...answering([]), entrypoints: { 'gateway/authz/allow': 0 } }
  const cases: Readonly<Record<string, readonly [object, string]>> = {
    'no policy': [{}, '"policy.evaluate"'],
    'a policy that is still loading': [{ policy: Promise.resolve(policy) }, '"policy.evaluate"'],
    'an entrypoint that it does not have': [{ policy, entrypoint: 'gateway/authz/allowed' }, 'gateway/authz/allow'],
    'an entrypoint that is none': [{ policy: answering([]), entrypoint: '' }, '"entrypoint"'],
    'an option of the server': [{ policy, url: 'http://127.0.0.1' }, '"url"'],
    'headers that no policy may set': [{ policy, setsHeaders: ['Cookie'] }, '"setsHeaders"'],
  }
  for (const [name, [options, word]] of Object.entries(cases)) {
    test(name, () => assertRefusedOption(() => opaWasmPolicy(untyped<OpaWasmOptions>(options)), 'opaWasmPolicy', word))
  }
})
