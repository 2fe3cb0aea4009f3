import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { routesFromFile } from '../../../lib/authorize/routes-from-file.ts'
import { createPipeline } from '../../../lib/pipeline.ts'
import { apiBoundary } from '../../support/api-boundary.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { principal } from '../../support/outcomes.ts'
import { requestWith } from '../../support/raw-request.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const authenticate = headerAuthenticator('x-api-key', { good: principal() }, { issuers: ['https://a.example'] })
const limits = {
  rules: [{ name: 'a', by: 'client', windows: [{ quota: 5, windowSeconds: 60 }], routes: ['* /a'] }],
} as const
let files = 0

function opened(text: string) {
  const file = join(folder, `routes-${files++}.yaml`)
  writeFileSync(file, text)
  const warnings: string[] = []
  const routes = routesFromFile(file, { reloadSeconds: false, warn: (message) => void warnings.push(message) })
  return { routes, warnings, write: (changed: string) => writeFileSync(file, changed) }
}

const GOOD = 'routes:\n  - {path: /a, authenticators: [x-api-key]}\n  - {path: /b, issuers: ["https://a.example"]}'

/** Tables that can be read, and that this boundary can do nothing with. */
const USELESS: Readonly<Record<string, readonly [string, string]>> = {
  'a kind of credential that is misspelled': [
    'routes:\n  - {path: /a, authenticated: true}\n  - {path: /b, anyOf: [{authenticators: [x_api_key]}]}',
    'yaml:3: "* /b" "authenticators" holds "x_api_key", which there is not. Did you mean x-api-key?',
  ],
  'an issuer that is misspelled': [
    'routes:\n  - {path: /a, issuers: ["https://b.example"]}',
    'yaml:2: "* /a" "issuers"',
  ],
  'a fresh answer of nobody': [
    'routes:\n  - {path: /a, freshIntrospection: true}',
    'yaml:2: "* /a" "freshIntrospection"',
  ],
  'a cost above what a limit has': ['routes:\n  - {path: /a, authenticated: true, cost: 6}', '"* /a" costs 6'],
  'another path than a limit names': ['routes:\n  - {path: /other, authenticated: true}', '"a" names the route "* /a"'],
}

suite('a table that this boundary can do nothing with', () => {
  for (const [name, [text, problem]] of Object.entries(USELESS)) {
    test(`${name}, from the start: refused with its place`, () => {
      assertRefusedOption(() => apiBoundary({ authenticate, limits, routes: opened(text).routes }), problem)
    })

    test(`${name}, later: the one before it stays`, async () => {
      const { routes, write, warnings } = opened(GOOD)
      const pipeline = createPipeline({ authenticate, limits, routes })
      const isAllowed = async () => (await pipeline.decide(sent, 'http')).allowed
      const sent = { ...requestWith(['X-API-Key', 'good']), target: '/a' }
      write(text)
      assert.equal(await routes.reload(), false)
      assert.ok(warnings.length === 1 && warnings[0]?.includes(problem), warnings[0])
      assert.equal(pipeline.stages.match({ segments: ['b'], method: 'GET', host: '' } as never)?.id, '* /b')
      assert.equal(await isAllowed(), false, 'the principal is no x-api-key')
    })
  }
})

test('a cost counts from when the table with it does', async () => {
  const { routes, write } = opened('routes: [{path: /a, authenticated: true}]')
  const pipeline = createPipeline({ authenticate, limits, routes })
  const sent = { ...requestWith(['X-API-Key', 'good']), target: '/a' }
  const passed = async () => {
    let count = 0
    while (count < 10 && (await pipeline.decide(sent, 'http')).allowed) count++
    return count
  }
  assert.ok((await pipeline.decide(sent, 'http')).allowed)
  write('routes: [{path: /a, authenticated: true, cost: 2}]')
  assert.equal(await routes.reload(), true)
  assert.equal(await passed(), 2)
  write('routes: [{path: /a, authenticated: true, cost: 0}]')
  await routes.reload()
  assert.equal(await passed(), 10)
})
