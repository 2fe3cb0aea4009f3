import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issuerFact } from '../../../../lib/authorize/requirements/issuers.ts'
import { principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const holds = (wanted: unknown, fields: Parameters<typeof principal>[0]) =>
  issuerFact(wanted).holds(principal(fields), requestView())

test('is so of whom the list names, exactly', () => {
  assert.equal(holds(['https://a.example'], { issuer: 'https://a.example' }), true)
  assert.equal(holds(['https://b.example', 'https://a.example'], { issuer: 'https://a.example' }), true)
  assert.equal(holds(['https://a.example'], { issuer: 'https://b.example' }), false)
  assert.equal(holds(['https://a.example'], { issuer: 'https://a.example'.toUpperCase() }), false)
  for (const name of ['constructor', '__proto__']) assert.equal(holds(['https://a.example'], { issuer: name }), false)
})

test('of a principal without one, nobody can tell', () => assert.equal(holds(['https://a.example'], {}), undefined))

test('one that the boundary does not know is refused, with what was meant; unless any may come', () => {
  const known = (...issuers: string[]) => ({ methods: ['jwt'], issuers, canIntrospect: false })
  const ours = known('https://a.example', 'https://b.example')
  issuerFact(['https://b.example'], ours)
  assertRefusedOption(
    () => issuerFact(['https://b.example', 'https://a.example/'], ours),
    ...['"https://a.example/"', 'Did you mean https://a.example?', 'knows https://a.example, https://b.example'],
  )
  assertRefusedOption(() => issuerFact(['https://a.example'], known()), 'has none')
  issuerFact(['https://x.example'], { ...ours, issuers: undefined })
})

test('an empty list is refused', () => {
  for (const wanted of [[], undefined, {}, [''], [1], 'https://a.example'])
    assertRefusedOption(() => issuerFact(wanted), '"issuers"')
})
