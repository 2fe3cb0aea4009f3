import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../../lib/authenticate/any-of.ts'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { atOnce, errorIn, principal, principalIn } from '../../support/outcomes.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

const alice = principal({ subject: 'alice' })
const bob = principal({ subject: 'bob' })

function pair() {
  const first = headerAuthenticator('x-first', { a: alice }, { issuers: ['https://one.test', 'https://both.test'] })
  const second = headerAuthenticator('x-second', { b: bob }, { issuers: ['https://two.test', 'https://both.test'] })
  return { first, second, either: anyOf(first, second), orNobody: anyOf(first, second, anonymous()) }
}

test('whose credential is there answers, at once', () => {
  const { either } = pair()
  for (const [credentials, expected] of [
    [{ 'x-first': 'a' }, alice],
    [{ 'x-second': 'b' }, bob],
  ] as const) {
    const answer = atOnce(either.authenticate(requestView(credentials)))
    assert.equal(answer.outcome === 'authenticated' && answer.principal, expected)
  }
})

test('nothing presented is absent, and nobody is asked', () => {
  const { either, first, second } = pair()
  assert.equal(atOnce(either.authenticate(requestView())).outcome, 'absent')
  assert.deepEqual([first.calls(), second.calls()], [0, 0])
})

suite('a bad credential is not rescued', () => {
  test('by another authenticator', async () => {
    const { either, second } = pair()
    assert.equal((await errorIn(either.authenticate(requestView({ 'x-first': 'bad' })))).code, 'invalid_token')
    assert.equal(second.calls(), 0)
  })
  test('by anonymous()', async () => {
    assert.equal(
      (await errorIn(pair().orNobody.authenticate(requestView({ 'x-second': 'bad' })))).code,
      'invalid_token',
    )
  })
})

suite('two credentials at once are 400', () => {
  for (const credentials of [
    { 'x-first': 'a', 'x-second': 'b' },
    { 'x-first': 'a', 'x-second': 'bad' },
    { 'x-first': 'bad', 'x-second': '' },
  ]) {
    test(`${JSON.stringify(credentials)}, and no authenticator is asked`, async () => {
      const { either, orNobody, first, second } = pair()
      for (const subject of [either, orNobody]) {
        const error = await errorIn(subject.authenticate(requestView(credentials)))
        assert.equal(error.code, 'invalid_request')
        assert.equal(error.reason, 'two credentials')
      }
      assert.deepEqual([first.calls(), second.calls()], [0, 0])
    })
  }
})

test('anonymous() lets in who presents nothing', async () => {
  assert.equal((await principalIn(pair().orNobody.authenticate(requestView()))).kind, 'anonymous')
})

test('an answer that comes later is handed on', async () => {
  const later = anyOf(
    headerAuthenticator('x-first', { a: alice }, { later: true }),
    headerAuthenticator('x-second', {}),
  )
  assert.equal(await principalIn(later.authenticate(requestView({ 'x-first': 'a' }))), alice)
})

test('it is what its parts are', () => {
  const { either, first, second } = pair()
  assert.deepEqual(either.parts, [first, second])
  assert.deepEqual(either.sources, [...first.sources, ...second.sources])
  assert.deepEqual(either.challenges, [...first.challenges, ...second.challenges])
  assert.deepEqual(either.urlParameters, ['x-first', 'x-second'])
  assert.deepEqual(either.issuers, ['https://one.test', 'https://both.test', 'https://two.test'])
})

suite('refused at boot', () => {
  test('two that read one credential', () => {
    assertRefusedOption(() => anyOf(headerAuthenticator('x-a', {}), headerAuthenticator('x-a', {})), 'anyOf', 'x-a')
    const jwt = (issuer: string) => jwtAuthenticator({ issuer, audience: 'a', algorithms: ['ES256'] })
    assertRefusedOption(() => anyOf(jwt('https://one.test'), jwt('https://two.test')), 'authorization: Bearer')
  })
  test('two that read one header and scheme, in another case', () => {
    const scheme = (name: string) => ({
      ...headerAuthenticator('x', {}),
      sources: [{ header: 'authorization', scheme: name }],
    })
    assertRefusedOption(() => anyOf(scheme('Bearer'), scheme('bearer')), 'anyOf')
  })
  test('anonymous() before others, or twice', () => {
    const other = headerAuthenticator('x-a', {})
    assertRefusedOption(() => anyOf(anonymous(), other), 'anyOf', 'anonymous()', 'last')
    assertRefusedOption(() => anyOf(other, anonymous(), anonymous()), 'anonymous()')
  })
})

test('two schemes of one header are two kinds of credential', () => {
  const scheme = (name: string) => ({
    ...headerAuthenticator('x', {}),
    sources: [{ header: 'authorization', scheme: name }],
  })
  assert.doesNotThrow(() => anyOf(scheme('Bearer'), scheme('ApiKey')))
})
