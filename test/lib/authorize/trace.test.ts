import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, deny, type Policy } from '../../../lib/authorize/policy.ts'
import { requirementPolicy } from '../../../lib/authorize/requirements.ts'
import { type TracedRequirement, tracePolicy } from '../../../lib/authorize/trace.ts'
import { DependencyError } from '../../../lib/errors.ts'
import type { Principal } from '../../../lib/principal.ts'
import { principal } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'

/** `ok roles a`, and what it is made of, in brackets. */
function shown({ kind, asks, verdict, parts }: TracedRequirement): string {
  return `${verdict}: ${kind === 'requirement' ? asks : `${kind}[${parts.map(shown).join(', ')}]`}`
}

async function traceOf(policy: Policy, who: Principal = principal(), clientAddress = '10.0.0.1') {
  const { traced, report } = tracePolicy(policy)
  const request = requestView({}, { clientAddress })
  const decide = async () => (await traced.decide(who, request)).allow
  const allow = await decide().catch(() => 'failed')
  return { allow, report: report('it did not come so far') }
}

const trace = async (...args: Parameters<typeof traceOf>) => shown((await traceOf(...args)).report)

suite('what comes of a requirement', () => {
  test('before anybody is asked: nothing', () => {
    const { report } = tracePolicy(requirementPolicy({ roles: ['a'] }))
    const nothing = { kind: 'requirement', asks: 'roles a', verdict: 'not asked', reason: 'not yet', parts: [] }
    assert.deepEqual(report('not yet'), nothing)
  })

  test('the first that is not met ends it, and the others are not asked', async () => {
    const policy = requirementPolicy({ networks: ['10.0.0.0/8'], roles: ['a'], scopes: ['read'] })
    const { allow, report } = await traceOf(policy)
    assert.equal(allow, false)
    assert.equal(shown(report), 'not met: allOf[met: networks 10.0.0.0/8, not met: roles a, not asked: scopes read]')
    assert.deepEqual(
      report.parts.map(({ reason }) => reason),
      [undefined, 'role', 'another is not met'],
    )
  })

  test('of any, the first that is met ends it', async () => {
    const policy = requirementPolicy({
      anyOf: [{ roles: ['a'] }, { scopes: ['read'] }, { roles: { any: ['b', 'c'] } }],
    })
    const { report } = await traceOf(policy, principal({ scopes: ['read'] }))
    assert.equal(shown(report), 'met: anyOf[not met: roles a, met: scopes read, not asked: roles any of b c]')
    assert.equal(report.parts[2]?.reason, 'another is met')
  })

  test('what must not be so is told from what nobody can tell', async () => {
    const policy = requirementPolicy({ not: { allOf: [{ clients: ['app'] }, { roles: ['a'] }] } })
    assert.equal(await trace(policy), 'met: not[not met: allOf[cannot be told: clients app, not met: roles a]]')
    const untold = 'cannot be told: not[cannot be told: allOf[cannot be told: clients app, met: roles a]]'
    assert.equal(await trace(policy, principal({ roles: ['a'] })), untold)
    const app = principal({ roles: ['a'], clientId: 'app' })
    assert.equal(await trace(policy, app), 'not met: not[met: allOf[met: clients app, met: roles a]]')
    const any = requirementPolicy({ not: { anyOf: [{ roles: ['a'] }, { roles: ['b'] }] } })
    assert.equal(await trace(any, app), 'not met: not[met: anyOf[met: roles a, not asked: roles b]]')
  })

  test('a policy of others may answer later, and may fail', async () => {
    const of = (decide: Policy['decide']) => requirementPolicy({ policy: { name: 'opa', decide } })
    assert.equal(await trace(of(async () => ALLOW)), 'met: opa')
    assert.equal(await trace(of(async () => deny('closed'))), 'not met: opa')
    for (const failing of [
      of(() => assert.fail('down')),
      of(() => Promise.reject(new DependencyError('opa', 'is down'))),
      of(() => undefined as never),
    ]) {
      const { allow, report } = await traceOf(failing)
      assert.deepEqual([allow, shown(report)], ['failed', 'failed: opa'])
    }
    const { report } = await traceOf(of(() => Promise.reject(new DependencyError('opa', 'is down'))))
    assert.equal(report.reason, 'opa')
  })

  test('a policy that has effects is rehearsed', async () => {
    const policy: Policy = { name: 'opa', decide: () => assert.fail('asked'), rehearse: () => deny('closed') }
    const { report } = await traceOf(requirementPolicy({ policy }))
    assert.deepEqual([report.verdict, report.reason], ['not met', 'closed'])
  })

  test('what fails within any is told, and keeps nobody out whom another lets in', async () => {
    const failing: Policy = { name: 'opa', decide: () => Promise.reject(new Error('down')) }
    const policy = requirementPolicy({ anyOf: [{ policy: failing }, { roles: ['a'] }] })
    assert.equal(await trace(policy, principal({ roles: ['a'] })), 'met: anyOf[failed: opa, met: roles a]')
    assert.equal(await trace(policy), 'failed: anyOf[failed: opa, not met: roles a]')
  })
})
