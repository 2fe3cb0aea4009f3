import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirementContext } from '../../../lib/authorize/requirements.ts'
import { compileRule } from '../../../lib/authorize/route-rule.ts'
import { RulesOfPath } from '../../../lib/authorize/rules-of-path.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

type Scope = { readonly hosts?: readonly string[]; readonly methods?: readonly string[] }

function rulesFor(scopes: readonly Scope[]): RulesOfPath {
  const rules = new RulesOfPath()
  for (const scope of scopes)
    rules.add(compileRule({ path: '/x', authenticated: true, ...scope }, requirementContext({})))
  return rules
}

test('a host goes before a wild card, the longer wild card before the shorter, and that before every host', () => {
  const rules = rulesFor([
    {},
    { hosts: ['*.example.com'] },
    { hosts: ['*.a.example.com'] },
    { hosts: ['x.a.example.com'] },
  ])
  for (const [host, id] of [
    ['x.a.example.com', '* x.a.example.com/x'],
    ['y.a.example.com', '* *.a.example.com/x'],
    ['z.y.a.example.com', '* *.a.example.com/x'],
    ['a.example.com', '* *.example.com/x'],
    ['example.com', '* /x'],
    ['evilexample.com', '* /x'],
    ['', '* /x'],
  ] as const) {
    assert.equal(rules.find('GET', host)?.id, id, host)
  }
})

test('the host comes before the method, and what it lacks is taken from where there is more', () => {
  const rules = rulesFor([{ methods: ['GET'] }, { hosts: ['a.test'] }, { hosts: ['b.test'], methods: ['POST'] }])
  assert.equal(rules.find('GET', 'a.test')?.id, '* a.test/x')
  assert.equal(rules.find('GET', 'b.test')?.id, 'GET /x')
  assert.equal(rules.find('POST', 'b.test')?.id, 'POST b.test/x')
  assert.equal(rules.find('POST', 'c.test'), undefined)
})

test('a tie is refused, by host and method', () => {
  const tie = 'govern the same requests'
  assertRefusedOption(
    () => rulesFor([{ hosts: ['a.test', 'b.test'] }, { hosts: ['B.test'] }]),
    '"* a.test,b.test/x"',
    tie,
  )
  assertRefusedOption(
    () =>
      rulesFor([
        { hosts: ['*.test'], methods: ['GET'] },
        { hosts: ['*.test'], methods: ['HEAD'] },
      ]),
    tie,
  )
  assert.doesNotThrow(() => rulesFor([{ hosts: ['*.test'] }, { hosts: ['a.test'] }, {}]))
})
