import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { opaPolicy } from '../../lib/authorize/decision-points/opa.ts'
import { opaWasmPolicy } from '../../lib/authorize/decision-points/opa-wasm.ts'
import type { Policy } from '../../lib/authorize/policy.ts'
import { pathCanonicalizer } from '../../lib/request/canonical-path.ts'
import { opaProgram, skipWithoutOpa, startOpa } from '../support/opa-server.ts'
import { principal } from '../support/outcomes.ts'
import { requestView } from '../support/request-view.ts'
import { REPOSITORY, runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const FOLDER = join(REPOSITORY, 'examples/gateway/policy')
/** What made `policy.wasm`: another version may make other bytes of the same policy. */
const MADE_BY = '1.22.2'

/** Who may reach what by the policy of the example: roles, path, and whether. */
const CASES: readonly (readonly [readonly string[], string, boolean])[] = [
  [['admin'], '/policy/admin/x', true],
  [['admin'], '/policy/admin', true],
  [['editor'], '/policy/admin/x', false],
  [['viewer'], '/policy/ADMIN/x', false],
  [['viewer'], '/policy/%61dmin/', false],
  [['viewer'], '/policy/api/x', true],
  [['admin'], '/policy/api', true],
  [['auditor'], '/policy/api', false],
  [[], '/policy/api', false],
  [['admin'], '/policy', false],
  [['admin'], '/policy/other', false],
  [['user'], '/admin/x', false],
  [['user'], '/api/x', true],
  [[], '/health', true],
  [[], '/healthy', false],
]

async function outcomeOf(policy: Policy, roles: readonly string[], target: string): Promise<string> {
  const canonical = pathCanonicalizer()(target)
  assert.ok(canonical)
  const decision = await policy.decide(principal({ roles }), requestView({}, canonical))
  return decision.allow ? 'allowed' : decision.error.reason
}

async function compiled(file: string, entrypoint: string): Promise<Policy> {
  return opaWasmPolicy({ policy: await loadPolicy(readFileSync(file)), entrypoint })
}

suite('the policy that comes with the example, compiled', async () => {
  const policy = await compiled(join(FOLDER, 'policy.wasm'), 'gateway/authz/decision')
  for (const [roles, target, isAllowed] of CASES) {
    test(`${isAllowed ? 'allows' : 'denies'} ${roles.join(', ') || 'nobody'} on ${target}`, async () => {
      assert.equal((await outcomeOf(policy, roles, target)) === 'allowed', isAllowed)
    })
  }
  test('tells why', async () => {
    assert.equal(await outcomeOf(policy, ['user'], '/policy/admin'), 'denied by opa: needs role admin')
    assert.equal(await outcomeOf(policy, ['user'], '/policy'), 'denied by opa: no rule for the path')
  })
  test('says the same as one answer', async () => {
    const only = await compiled(join(FOLDER, 'policy.wasm'), 'gateway/authz/allow')
    for (const [roles, target, isAllowed] of CASES) {
      assert.equal((await outcomeOf(only, roles, target)) === 'allowed', isAllowed, target)
    }
  })
})

suite('with a real opa', { skip: skipWithoutOpa }, () => {
  const opa = (...args: readonly string[]) => runCommand(opaProgram ?? '', args, { cwd: FOLDER })

  test('the tests of the policy pass, and it is checked and formatted', async () => {
    const tested = await opa('test', '.')
    assert.match(tested.stdout, /^PASS: \d+\/\d+$/m)
    for (const result of [tested, await opa('check', '--strict', '.'), await opa('fmt', '--fail', '--list', '.')]) {
      assert.deepEqual([result.code, result.stderr], [0, ''])
    }
  })

  test('the tests of the policy find the mistakes of the design', async () => {
    const folder = temporaryFolder()
    const rego = readFileSync(join(FOLDER, 'authz.rego'), 'utf8')
    const careless = rego.replace('not segment in {"", ".", ".."}', 'segment')
    assert.notEqual(careless, rego)
    writeFileSync(join(folder, 'authz.rego'), careless)
    copyFileSync(join(FOLDER, 'authz_test.rego'), join(folder, 'authz_test.rego'))
    const { code, stdout } = await opa('test', folder)
    assert.notEqual(code, 0)
    assert.match(stdout, /FAIL/)
  })

  test('it is compiled from the source beside it', async () => {
    const file = join(temporaryFolder(), 'policy.wasm')
    const built = await runCommand(join(FOLDER, 'build.sh'), [file], {
      env: { ...process.env, OPA_BIN: opaProgram ?? '' },
    })
    assert.equal(built.code, 0, built.stderr)
    const version = await opa('version')
    if (version.stdout.includes(`Version: ${MADE_BY}\n`)) {
      assert.ok(
        readFileSync(file).equals(readFileSync(join(FOLDER, 'policy.wasm'))),
        'run examples/gateway/policy/build.sh',
      )
    }
    const policy = await compiled(file, 'gateway/authz/decision')
    for (const [roles, target, isAllowed] of CASES) {
      assert.equal((await outcomeOf(policy, roles, target)) === 'allowed', isAllowed, target)
    }
  })

  test('a server decides the same, for the same reasons', async () => {
    const server = await startOpa({ 'authz.rego': readFileSync(join(FOLDER, 'authz.rego'), 'utf8') })
    after(() => server.remove())
    const served = opaPolicy({ url: server.url, path: 'gateway/authz/decision' })
    const inProcess = await compiled(join(FOLDER, 'policy.wasm'), 'gateway/authz/decision')
    for (const [roles, target] of CASES) {
      assert.equal(await outcomeOf(served, roles, target), await outcomeOf(inProcess, roles, target), target)
    }
  })
})
