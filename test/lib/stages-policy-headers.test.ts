import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, type Policy } from '../../lib/authorize/policy.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { createPipeline, type Outcome } from '../../lib/pipeline.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { requestWith } from '../support/raw-request.ts'
import { assertRefusedOption } from '../support/refused-option.ts'

const authenticate = headerAuthenticator('x-api-key', { good: principal({ roles: ['editor'] }) })
const setting = (setsHeaders: readonly string[], headers: Record<string, string> | undefined): Policy => {
  return { name: 'setting', setsHeaders, decide: () => ({ allow: true, headers }) }
}
const pipelineOf = (routes: readonly RouteRule[], options: Partial<BoundaryOptions> = {}) =>
  createPipeline({ authenticate, routes, ...options })

function forwarded(outcome: Outcome): Readonly<Record<string, unknown>> {
  return outcome.allowed ? outcome.forwarded.headers : assert.fail(outcome.error.reason)
}

const ROUTES: readonly RouteRule[] = [
  { path: '/set', policy: setting(['X-Area', 'X-Other'], { 'X-Area': 'north' }) },
  { path: '/none', policy: setting(['X-Area'], undefined) },
  { path: '/open', public: true },
  { path: '/plain', authenticated: true },
]

suite('headers of a policy', () => {
  const pipeline = pipelineOf(ROUTES)
  const forged = ['X-Area', 'x_area', 'X.AREA', 'X-OTHER'].map((name) => [name, 'forged'] as const)
  const sent = (target: string) => ({ ...requestWith(['X-API-Key', 'good'], ...forged), target })

  test('go upstream, and those of a client do not', async () => {
    const outcome = await pipeline.decide(sent('/set'), 'http')
    const headers = forwarded(outcome)
    assert.deepEqual([headers['x-area'], headers['x-other']], ['north', undefined])
    assert.equal(outcome.allowed && outcome.forwarded.rawHeaders.filter((each) => /area/i.test(each)).length, 1)
    assert.ok(!JSON.stringify(outcome).includes('forged'))
  })

  for (const target of ['/none', '/open', '/plain']) {
    test(`are not a client's on another route either: ${target}`, async () => {
      assert.doesNotMatch(JSON.stringify(forwarded(await pipeline.decide(sent(target), 'http'))), /forged/)
    })
  }
})

test('refused at boot: a policy that would tell who calls, or set a credential', () => {
  for (const name of [
    'X-User-ID',
    'x-user-roles',
    'X-Request-ID',
    'X.Tenant.ID',
    'X-API-Key',
    'X-Client-CN',
    'X-Dept',
  ]) {
    const identity = { claims: { 'X-Dept': 'department' } }
    const policy: Policy = { name: 'p', setsHeaders: [name], decide: () => ALLOW }
    assertRefusedOption(() => pipelineOf([{ path: '/a', policy }], { identity }), 'boundary', name.toLowerCase())
  }
})
