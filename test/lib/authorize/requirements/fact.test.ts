import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { everyFact, type Fact, negated, policyOf, someFact } from '../../../../lib/authorize/requirements/fact.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'

const factThat = (holds: boolean | undefined): Fact => ({ name: `is ${holds}`, reason: 'odd', holds: () => holds })
const VALUES = [true, false, undefined]
const holds = (fact: Fact) => fact.holds(principal(), requestView())

/** Kleene's logic: false and true are sure, whatever the rest may be. */
suite('facts that nobody can tell', () => {
  for (const one of VALUES) {
    for (const other of VALUES) {
      test(`${one} with ${other}`, () => {
        const facts = [factThat(one), factThat(other)]
        const sides = [one, other]
        const every = sides.includes(false) ? false : sides.includes(undefined) ? undefined : true
        const some = sides.includes(true) ? true : sides.includes(undefined) ? undefined : false
        assert.equal(holds(everyFact(facts)), every)
        assert.equal(holds(someFact(facts)), some)
      })
    }
  }
  test('stay so when they are denied', () => {
    assert.deepEqual(
      VALUES.map((value) => holds(negated(factThat(value)))),
      [false, true, undefined],
    )
  })
  test('let nobody through, and neither do their contraries', () => {
    const unknown = factThat(undefined)
    for (const fact of [unknown, negated(unknown)]) {
      assert.equal(atOnce(policyOf(fact).decide(principal(), requestView())).allow, false)
    }
  })
})

test('who is denied is not told by what', () => {
  const decision = atOnce(policyOf(factThat(false)).decide(principal(), requestView()))
  assert.ok(!decision.allow)
  assert.deepEqual(
    [decision.error.code, decision.error.reason, decision.error.detail],
    ['access_denied', 'odd', undefined],
  )
})

test('facts are told in words', () => {
  const facts = [factThat(true), factThat(false)]
  assert.equal(everyFact(facts).name, '(is true) and (is false)')
  assert.equal(negated(someFact(facts)).name, 'not ((is true) or (is false))')
  assert.equal(everyFact([factThat(true)]).name, 'is true')
})
