import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parse } from 'yaml'
import { ROUTES_FILE } from '../../examples/gateway/rules-config.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { gatewayProcess } from '../support/gateway-process.ts'
import { matchesSchema } from '../support/json-schema.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SCHEMA = 'lib/authorize/document/routes.schema.json'
const original = readFileSync(ROUTES_FILE, 'utf8')
const routesFile = join(temporaryFolder(), 'routes.yaml')
const BROKEN = original.replace('scopes: [read:orders]', 'scope: [read:orders]')

test('the table is what editors are told, and says where they find it', () => {
  assert.ok(matchesSchema(parse(original), JSON.parse(readFileSync(SCHEMA, 'utf8'))))
  assert.ok(original.startsWith(`# yaml-language-server: $schema=./node_modules/gatewarden/${SCHEMA}\n`))
})

suite('a table that is edited', () => {
  test('governs from the next request on, and one that is bad changes nothing', async () => {
    writeFileSync(routesFile, original)
    const gateway = await attackedGateway({ config: { routesFile } })
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${gateway.port}${path}`)).status
    assert.deepEqual([await status('/public/x'), await status('/news')], [200, 401])

    writeFileSync(routesFile, original.replace('path: /public/**', 'path: /news/**'))
    assert.equal(await gateway.reloadRoutes(), true)
    assert.deepEqual([await status('/public/x'), await status('/news')], [401, 200])

    writeFileSync(routesFile, BROKEN)
    assert.equal(await gateway.reloadRoutes(), false)
    assert.deepEqual([await status('/public/x'), await status('/news')], [401, 200])
  })

  test('by itself, within seconds; a bad one is told in one line', async () => {
    writeFileSync(routesFile, original)
    const gateway = gatewayProcess({ ROUTES: routesFile })
    const url = await gateway.url()
    assert.equal((await fetch(`${url}/health`)).status, 200)
    writeFileSync(routesFile, BROKEN)
    const [line] = await once(gateway.child.stderr, 'data')
    assert.match(String(line), /^gateway: \S+routes\.yaml:\d+: .*"scope".*"scopes".*stay in force\n$/)
    assert.equal((await fetch(`${url}/health`)).status, 200)
    gateway.child.kill('SIGTERM')
    assert.deepEqual(await once(gateway.child, 'exit'), [0, null])
  })
})

suite('a start with a table that is bad ends at once, in one line', () => {
  for (const [problem, text, line] of [
    ['a mistake', BROKEN, /routes\.yaml:\d+: .*"scope"/],
    ['no YAML', 'routes: [', /routes\.yaml:1: /],
    ['nothing', '', /routes\.yaml.*"routes"/],
    ['two rules for one path', `${original}  - { path: /ws, public: true }\n`, /routes\.yaml:\d+: .*\/ws/],
    ['a name that stands for nothing', original.replace('[admin]\n  - path: /m', '[offce]\n  - path: /m'), /"offce"/],
  ] as const) {
    test(problem, async () => {
      writeFileSync(routesFile, text)
      const { code, stdout, stderr } = await gatewayProcess({ ROUTES: routesFile }).ended()
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, /^gateway: [^\n]+\n$/)
      assert.match(stderr, line)
    })
  }

  test('or is not there', async () => {
    const { code, stderr } = await gatewayProcess({ ROUTES: '/nonexistent/routes.yaml' }).ended()
    assert.equal(code, 1)
    assert.match(stderr, /^gateway: \/nonexistent\/routes\.yaml: cannot be read[^\n]+\n$/)
  })
})
