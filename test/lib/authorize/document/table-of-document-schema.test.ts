import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parse } from 'yaml'
import { tableOfDocument } from '../../../../lib/authorize/document/table-of-document.ts'
import { ALLOW } from '../../../../lib/authorize/policy.ts'
import { REQUIREMENTS } from '../../../../lib/authorize/requirements.ts'
import { createRouteTable } from '../../../../lib/authorize/route-table.ts'
import { pathCanonicalizer } from '../../../../lib/request/canonical-path.ts'
import { documents } from '../../../support/documents.ts'
import { matchesSchema } from '../../../support/json-schema.ts'
import { codeBlocks } from '../../../support/markdown.ts'
import { REPOSITORY } from '../../../support/run-command.ts'

const FILE = 'lib/authorize/document/routes.schema.json'
const SCHEMA = JSON.parse(readFileSync(join(REPOSITORY, FILE), 'utf8'))
const canonicalize = pathCanonicalizer()

function isTaken(text: string): boolean {
  try {
    const { rules, roleHierarchy } = tableOfDocument(text, 'x', { opa: { name: 'opa', decide: () => ALLOW } })
    createRouteTable(rules, (path) => canonicalize(path)?.segments, { roleHierarchy })
    return true
  } catch {
    return false
  }
}
const rule = (asks: string) => `routes: [{path: /a/:t, ${asks}}]`

const GOOD = [
  ...['public: true', 'authenticated: true', 'anonymous: true', 'methods: [GET], hosts: ["*.a.test"], roles: [x]'],
  ...['roles: {any: [a, b]}', 'scopes: {all: [a]}', 'certificate: true', 'policy: opa', 'networks: [10.0.0.0/8]'],
  ...['freshIntrospection: true', 'roles: [a], cost: 10', 'public: true, cost: 0'],
  ...['authenticators: [jwt]', 'issuers: [x]', 'clients: [x]', 'tenants: [":t"]'],
  ...['stepUp: {maxAgeSeconds: 1}', 'stepUp: [{acrValues: [x]}, {maxAgeSeconds: 1}]'],
  'times: {zone: UTC, days: [mon], hours: 22:00-06:00, holidays: [2026-12-25, 12-25]}',
  'times: [{zone: UTC, hours: [08:00-12:00, 13:00-24:00]}]',
  'anyOf: [{roles: [a]}, {allOf: [{scopes: [b]}]}], not: {anyOf: [{roles: [c]}]}',
].map(rule)
const BAD = [
  ...[
    'roles: []',
    'roles: x',
    'roles: {any: []}',
    'roles: {all: [a], any: [b]}',
    'rolse: [x]',
    'public: false',
    'public: yes',
  ],
  ...['certificate: false', 'policy: {}', 'stepUp: {}', 'stepUp: {maxAgeSeconds: 0}', 'stepUp: {maxAgeSeconds: 1.5}'],
  ...[
    'times: {hours: 08:00-12:00}',
    'times: {zone: UTC}',
    'times: {zone: UTC, days: [monday]}',
    'times: {zone: UTC, hours: 8-12}',
  ],
  ...[
    'times: {zone: UTC, holidays: [25.12.]}',
    'anyOf: []',
    'anyOf: [{}]',
    'not: {scopes: [a]}',
    'not: {}',
    'methods: [get], roles: [x]',
  ],
  ...['freshIntrospection: false', 'roles: [a], cost: -1', 'roles: [a], cost: 1.5', 'roles: [a], cost: "1"'],
  ...['not: {freshIntrospection: true}', 'anyOf: [{cost: 1}]'],
  ...['networks: []', 'tenants: "x"', 'anyOf: [{public: true}]'],
].map(rule)

suite('the schema for editors says what a gateway takes', () => {
  for (const text of [
    ...GOOD,
    'roleHierarchy: {a: [b]}\nroutes: [{path: /a, roles: [b]}]',
    'networks: {a: ["::1"]}\nroutes: [{path: /a, networks: [a], not: {networks: [a, 10.0.0.1]}}]',
    'times: {a: {zone: UTC, days: [mon]}, b: [{zone: UTC, days: [sun]}]}\nroutes: [{path: /a, times: a}, {path: /b, times: [b]}]',
  ]) {
    test(text, () => {
      assert.ok(isTaken(text))
      assert.ok(matchesSchema(parse(text), SCHEMA))
    })
  }
  for (const text of [
    ...BAD,
    'routes: []',
    '{}',
    '[]',
    'routes: [{path: /a}]',
    'routes: [{roles: [a]}]',
    'routes: [{path: a, roles: [b]}]',
    'rules: []',
    'networks: {a: []}\nroutes: [{path: /a, roles: [b]}]',
    'times: {a: {days: [mon]}}\nroutes: [{path: /a, roles: [b]}]',
    'routes: [{path: /a, times: 09:00-17:00}]',
    'roleHierarchy: {a: b}\nroutes: [{path: /a, roles: [b]}]',
  ]) {
    test(`not ${text}`, () => {
      assert.ok(!isTaken(text))
      assert.ok(!matchesSchema(parse(text), SCHEMA))
    })
  }
  test('of every requirement', () => {
    assert.deepEqual(Object.keys(SCHEMA.definitions.requirements.properties).toSorted(), REQUIREMENTS.toSorted())
    const others = ['path', 'methods', 'hosts', 'cost', 'public', 'authenticated', 'anonymous']
    assert.deepEqual(
      Object.keys(SCHEMA.definitions.rule.properties).toSorted(),
      [...REQUIREMENTS, ...others].toSorted(),
    )
  })
})

test('tables in the documents are what both take', () => {
  const tables = documents()
    .flatMap(codeBlocks)
    .filter(({ language, code }) => ['yaml', 'json'].includes(language) && /^"?routes"?:|^\s*"routes":/m.test(code))
  assert.ok(tables.length > 0)
  for (const { path, line, code } of tables) {
    assert.ok(isTaken(code) && matchesSchema(parse(code), SCHEMA), `${path}:${line}`)
    const named = /\$schema=(\S+)/.exec(code)?.[1]
    if (named !== undefined) assert.ok(named.endsWith(`gatewarden/${FILE}`), `${path}:${line}`)
  }
})
