import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandLine } from '../../../support/command-line.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const folder = temporaryFolder()
function fileWith(text: string): string {
  const file = join(folder, 'routes.yaml')
  writeFileSync(file, text)
  return file
}
const GOOD = 'routes: [{path: /health, public: true}, {path: /a, policy: opa}, {path: /A/b, roles: [x]}]'

test('a good table is told in a line, without a store', async () => {
  const { run, open } = commandLine({ env: {} })
  assert.deepEqual(await run('routes', 'check', fileWith(GOOD)), {
    code: 0,
    stdout: '3 rules, 1 public. What no rule names is denied.\n',
    stderr: '',
  })
  assert.deepEqual(JSON.parse((await run('routes', 'check', fileWith(GOOD), '--json')).stdout), { rules: 3, public: 1 })
  assert.equal(open(), 0)
})

test('a bad table is told with file, line and remedy', async () => {
  const file = fileWith('routes:\n  - path: /a\n    rolse: [x]\n')
  const { code, stdout, stderr } = await commandLine().run('routes', 'check', file)
  assert.deepEqual([code, stdout], [2, ''])
  assert.equal(stderr, `gatewarden: ${file}:2: unknown option "rolse". Did you mean "roles"?\n`)
})

test('paths are told apart by case when the gateway does', async () => {
  const file = fileWith('routes: [{path: /a, public: true}, {path: /A, roles: [x]}]')
  const { run } = commandLine()
  assert.equal((await run('routes', 'check', file)).code, 2)
  assert.equal((await run('routes', 'check', file, '--case-sensitive')).code, 0)
})

test('a table comes from standard input too', async () => {
  assert.equal((await commandLine({ input: GOOD }).run('routes', 'check', '-')).code, 0)
  assert.match((await commandLine({ input: 'routes: 1' }).run('routes', 'check', '-')).stderr, /standard input:1:/)
})

test('a file that is not there is told, and so is none', async () => {
  const { code, stderr } = await commandLine().run('routes', 'check', join(folder, 'none.yaml'))
  assert.equal(code, 2)
  assert.match(stderr, /none\.yaml: cannot be read \(ENOENT\)/)
  assert.match((await commandLine().run('routes', 'check')).stderr, /FILE is missing/)
  assert.match((await commandLine().run('routes', 'check', '--store', 'x', 'y')).stderr, /no option --store/)
})

test('an OpenAPI document is checked as the rules that it makes', async () => {
  const openapi = (paths: string) => `openapi: 3.1.0\nservers: [{url: /v1}]\npaths:\n${paths}`
  const { run } = commandLine()
  const good = openapi('  /a/{id}:\n    get: {security: []}\n')
  assert.equal(
    (await run('routes', 'check', fileWith(good))).stdout,
    '1 rule, 1 public. What no rule names is denied.\n',
  )
  assert.match((await run('routes', 'list', fileWith(good))).stdout, /GET,HEAD {2}\* {6}\/v1\/a\/:id {2}public/)
  for (const [paths, told] of [
    ['  /a:\n    get: {summary: x}\n', /routes\.yaml:5: has no "security"/],
    [
      '  /a/{x}:\n    get: {security: []}\n  /a/{y}:\n    get: {security: []}\n',
      /routes\.yaml:7: .*govern the same requests/,
    ],
  ] as const) {
    const { code, stderr } = await run('routes', 'check', fileWith(openapi(paths)))
    assert.equal(code, 2)
    assert.match(stderr, told)
  }
})
