import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import type { OpaInput } from '../../lib/authorize/decision-points/opa/input.ts'
import { opaWasmPolicy } from '../../lib/authorize/decision-points/opa-wasm.ts'
import type { PathOptions } from '../../lib/request/canonical-path.ts'
import { policyGateway } from '../support/policy-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { REPOSITORY } from '../support/run-command.ts'

const WASM = readFileSync(join(REPOSITORY, 'examples/gateway/policy/policy.wasm'))
const EVERY_OPTION: PathOptions = {
  ...{ allowEncodedSeparators: true, allowEncodedPercent: true, allowSemicolon: true, allowTrailingDot: true },
}

/** The example's policy, in process; bob is a viewer, so he may call the API and administrates nothing. */
async function guarded(path: PathOptions = {}) {
  const loaded = await loadPolicy(WASM)
  const inputs: OpaInput[] = []
  const policy = opaWasmPolicy({
    policy: {
      evaluate(input, entrypoint) {
        inputs.push(input as OpaInput)
        return loaded.evaluate(input, entrypoint)
      },
    },
    entrypoint: 'gateway/authz/decision',
  })
  const gateway = await policyGateway(
    [
      { path: '/policy/**', policy },
      { path: '/**', policy },
    ],
    { path },
  )
  const send = async (target: string, ...headers: readonly string[]) => {
    inputs.length = 0
    const answer = await sendRequestLines(gateway.port, { target, headers: ['X-API-Key: bob', ...headers] })
    return { status: statusOf(answer), paths: inputs.map((input) => input.path) }
  }
  return { ...gateway, send }
}

const DOTS = [
  '..',
  '%2e%2e',
  '%2E.',
  '.%2e',
  '..;',
  '..;x',
  '%252e%252e',
  '%c0%ae%c0%ae',
  '%u002e%u002e',
  '..%00',
  '.. ',
]
const SLASHES = ['/', '//', '/./', '%2f', '%2F', '%5c', '\\', '%252f', '%c0%af', '%ef%bc%8f', '/;/', '/%20/']
const ADMIN = ['admin', 'ADMIN', '%61dmin', 'Admi%6E', 'admin;x=1', 'admin.', 'admin%20', 'admin%00', '%EF%BD%81dmin']

/** Ways to write what some server takes for `/policy/admin/x`. */
const SPELLINGS = [
  ...ADMIN.flatMap((admin) => SLASHES.map((slash) => `/policy${slash}${admin}/x`)),
  ...DOTS.flatMap((dots) => SLASHES.map((slash) => `/policy/api${slash}${dots}${slash}admin/x`)),
  ...DOTS.map((dots) => `/policy/api/x/${dots}/${dots}/admin`),
  ...ADMIN.map((admin) => `http://127.0.0.1/policy/${admin}`),
  ...ADMIN.map((admin) => `/${admin}/x`),
  '/policy/api/../../policy/admin/x',
]

for (const [name, options] of [
  ['as by default', {}],
  ['with every option that opens a spelling', EVERY_OPTION],
] as const) {
  suite(`no spelling of a path gets a weaker decision, ${name}`, async () => {
    const { send, reached } = await guarded(options)
    test('what it may reach is reached', async () => {
      assert.equal((await send('/policy/api/x')).status, 200)
      assert.equal(reached(), 1)
    })
    test(`${SPELLINGS.length} spellings: refused, or denied by the canonical path`, async () => {
      const before = reached()
      for (const target of SPELLINGS) {
        const { status, paths } = await send(target)
        assert.ok(status === 400 || status === 403, `${target}: ${status} ${paths[0]}`)
        for (const path of paths) assert.doesNotMatch(path, /\/\.{0,2}(?:\/|$)|\\/, target)
      }
      assert.equal(reached(), before)
    })
  })
}

test('a segment does not escape: what it holds stays in it', async () => {
  const { send } = await guarded(EVERY_OPTION)
  assert.deepEqual((await send('/policy/api%2F..%2Fadmin')).status, 400)
  assert.deepEqual(await send('/policy/api%2Fadmin'), { status: 403, paths: ['/policy/api%2Fadmin'] })
  assert.deepEqual(await send('/policy/x"]}%7B,'), { status: 400, paths: [] })
  assert.deepEqual((await send('/policy/%22%5D%7D')).paths, ['/policy/"]}'])
})

test('bytes that are no UTF-8, in a header, make nothing fail open', async () => {
  const { send } = await guarded()
  const denied = await send('/policy/admin/x', 'X-Odd: \xff\xfe')
  assert.ok(denied.status === 400 || denied.status === 403)
  assert.ok([200, 400].includes((await send('/policy/api/x', 'X-Odd: \xff\xfe')).status))
})

test('headers that name another path or method change nothing', async () => {
  const { send } = await guarded()
  const headers = ['X-Original-URL: /policy/api/x', 'X-Rewrite-URL: /health', 'X-HTTP-Method-Override: GET']
  assert.deepEqual(await send('/policy/admin/x', ...headers), { status: 403, paths: ['/policy/admin/x'] })
})
