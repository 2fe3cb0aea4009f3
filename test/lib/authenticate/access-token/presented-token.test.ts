import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { BEARER_TOKEN, presentedToken } from '../../../../lib/authenticate/access-token/presented-token.ts'
import { requestView } from '../../../support/request-view.ts'

const presented = (authorization: string | undefined, withDpop: boolean) =>
  presentedToken(requestView(authorization === undefined ? {} : { authorization }), withDpop)

suite('the token of a request', () => {
  test('is what follows Bearer, or DPoP where proofs are taken', () => {
    for (const withDpop of [false, true]) {
      assert.deepEqual(presented('Bearer a.b', withDpop), { token: 'a.b', hasDpopScheme: false })
    }
    assert.deepEqual(presented('DPoP a.b', true), { token: 'a.b', hasDpopScheme: true })
    assert.equal(presented('DPoP a.b', false), undefined)
  })

  test('keeps its scheme, whatever its case', () => {
    assert.equal(presented('bEARER x', true)?.hasDpopScheme, false)
    assert.equal(presented('dpop x', true)?.hasDpopScheme, true)
  })

  test('is none under another scheme, or none', () => {
    for (const field of [undefined, 'Basic x', 'DPoPx', 'BearerDPoP x', 'Token x', '']) {
      assert.equal(presented(field, true), undefined, field)
    }
  })

  test('is in no other header', () => {
    const elsewhere = {
      dpop: 'Bearer x',
      'proxy-authorization': 'Bearer x',
      'x-access-token': 'x',
      cookie: 'access_token=x',
    }
    assert.equal(presentedToken(requestView(elsewhere), true), undefined)
  })
})

test('the characters of a bearer token, and no others', () => {
  for (const token of ['a', 'a.b.c', 'A-Z._~+/09', 'a=', 'a==', '~']) assert.ok(BEARER_TOKEN.test(token), token)
  for (const token of ['', '=', 'a=b', 'a b', ' a', 'a ', 'a,b', 'a\n', '"a"', 'ä', 'a\u0000', 'a%20', 'a;b', 'a:b']) {
    assert.ok(!BEARER_TOKEN.test(token), JSON.stringify(token))
  }
})
