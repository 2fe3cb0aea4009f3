import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { tableOfDocument } from '../../../../lib/authorize/document/table-of-document.ts'
import { createRouteTable } from '../../../../lib/authorize/route-table.ts'
import { pathCanonicalizer } from '../../../../lib/request/canonical-path.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const canonicalize = pathCanonicalizer()

function compile(text: string) {
  const table = tableOfDocument(text, 'routes.yaml', {})
  try {
    return createRouteTable(table.rules, (path) => canonicalize(path)?.segments, { roleHierarchy: table.roleHierarchy })
  } catch (error) {
    throw table.located(error)
  }
}

test('a table with its hierarchy', () => {
  const { rules } = compile(`
$schema: ./routes.schema.json
roleHierarchy:
  admin: [editor]
routes:
  - path: /health
    methods: [GET]
    public: true
  - path: /tenants/:tenant/**
    tenants: [":tenant"]
    times: { zone: Europe/Berlin, days: [mon], hours: 09:00-17:30, holidays: [2026-12-25] }
    not: { networks: [192.0.2.0/24] }
`)
  assert.deepEqual(
    rules.map(({ id }) => id),
    ['GET /health', '* /tenants/:tenant/**'],
  )
})

suite('refused, with file, line and remedy', () => {
  const head = 'routes:\n  - path: /a\n    roles: [x]\n'
  const refused: readonly (readonly [string, string, ...string[]])[] = [
    ['nothing', '', 'routes.yaml', '"routes"'],
    ['a list', '- path: /a\n', 'routes.yaml:1:', '"routes"'],
    ['an empty list', 'routes: []\n', 'routes.yaml:1:', 'at least one'],
    ['another member', 'rules: []\nroutes: []\n', 'unknown option "rules"'],
    ['a rule with a mistake', `${head}  - path: /b\n    rolse: [y]\n`, 'routes.yaml:4:', 'Did you mean "roles"?'],
    ['a rule that asks for nothing', `${head}  - path: /b\n`, 'routes.yaml:4:', 'asks for nothing'],
    ['a rule that is none', `${head}  - /b\n`, 'routes.yaml:4:', 'object'],
    ['a tie', `${head}  - path: /A/\n    roles: [y]\n`, 'routes.yaml:4:', '"* /A/" and "* /a"'],
    [
      'a rule that governs nothing',
      'routes:\n  - path: /a/**\n    public: true\n  - {path: /a, public: true}\n  - {path: /a/*/**, public: true}\n',
      'routes.yaml:2:',
      'governs nothing',
    ],
    ['a bad path', `${head}  - path: /a/../b\n    public: true\n`, 'routes.yaml:4:', 'no canonical path'],
    ['a circle of roles', `roleHierarchy:\n  a: [a]\n${head}`, 'routes.yaml:2:', 'circle'],
  ]
  for (const [title, text, ...words] of refused) test(title, () => assertRefusedOption(() => compile(text), ...words))
})
