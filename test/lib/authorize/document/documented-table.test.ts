import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentedTable } from '../../../../lib/authorize/document/documented-table.ts'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { RuleError } from '../../../../lib/authorize/rule-error.ts'

const document = readDocument('roleHierarchy: {}\nroutes:\n  - path: /a\n  - path: /b\n', 'routes.yaml')
const rules = [
  { path: '/a', public: true },
  { path: '/b', public: true },
] as const
const table = documentedTable({ rules }, document, (index) => ['routes', index])

test('an error of a rule is told with its line, one of none with that of the hierarchy', () => {
  assert.equal(String(table.located(new RuleError('routes: bad', rules[1]))), 'TypeError: routes.yaml:4: bad')
  assert.equal(String(table.located(new TypeError('routes: bad'))), 'TypeError: routes.yaml:1: bad')
})

test('another error stays as it is', () => {
  const error = new RangeError('x')
  assert.equal(table.located(error), error)
})
