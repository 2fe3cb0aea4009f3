import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { authenticatorFact } from '../../../../lib/authorize/requirements/authenticators.ts'
import { principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const holds = (wanted: unknown, fields: Parameters<typeof principal>[0]) =>
  authenticatorFact(wanted).holds(principal(fields), requestView())

test('is so of whom the list names, exactly', () => {
  assert.equal(holds(['api-key'], { method: 'api-key' }), true)
  assert.equal(holds(['jwt', 'api-key'], { method: 'api-key' }), true)
  assert.equal(holds(['api-key'], { method: 'jwt' }), false)
  assert.equal(holds(['api-key'], { method: 'api-key'.toUpperCase() }), false)
  for (const name of ['constructor', '__proto__']) assert.equal(holds(['api-key'], { method: name }), false)
})

suite('where it is known what callers can present', () => {
  const offered = { methods: ['api-key', 'jwt', 'badge'], issuers: [], canIntrospect: false }
  test('one of them is taken, and beside it one of this package that there may be elsewhere', () => {
    for (const wanted of [['jwt'], ['badge'], ['jwt', 'introspection'], ['hmac', 'api-key']]) {
      authenticatorFact(wanted, offered)
    }
  })
  test('a slip of the pen is refused, with what was meant', () => {
    const there = 'the authenticators of the boundary are api-key, jwt, badge'
    for (const [wanted, meant] of [
      ['api_key', 'api-key'],
      ['apiKey', 'api-key'],
      ['JWT', 'jwt'],
      ['bagde', 'badge'],
      ['introspect', 'introspection'],
    ] as const) {
      assertRefusedOption(
        () => authenticatorFact(['jwt', wanted], offered),
        `"${wanted}"`,
        `Did you mean ${meant}?`,
        there,
      )
    }
    for (const wanted of ['access-token', 'any-of', 'constructor', '__proto__']) {
      assertRefusedOption(() => authenticatorFact([wanted, 'jwt'], offered), `"${wanted}"`, there)
    }
  })
  test('what nobody can present lets nobody in, and is refused', () => {
    assertRefusedOption(() => authenticatorFact(['hmac', 'mtls'], offered), 'nobody can present', 'hmac, mtls', 'badge')
  })
})

test('an empty list is refused', () => {
  for (const wanted of [[], undefined, {}, [''], [1], 'api-key'])
    assertRefusedOption(() => authenticatorFact(wanted), '"authenticators"')
})
