import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentialHeaders } from '../../../../lib/authorize/decision-points/credentials.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

test('a token that does not change is at hand', () => {
  assert.deepEqual(atOnce(credentialHeaders('f', 'pdp', { token: 'abc=' })()), { authorization: 'Bearer abc=' })
  assert.deepEqual({ ...atOnce(credentialHeaders('f', 'pdp', {})()) }, {})
})

test('names are lower-case, and values as they are', () => {
  assert.deepEqual(
    { ...atOnce(credentialHeaders('f', 'pdp', { headers: { 'X-API-Key': 'a b' } })()) },
    { 'x-api-key': 'a b' },
  )
})

test('a token that changes is asked for each time', async () => {
  let count = 0
  const headers = credentialHeaders('f', 'pdp', { token: () => `t${++count}` })
  assert.equal((await headers()).authorization, 'Bearer t1')
  assert.equal((await headers()).authorization, 'Bearer t2')
})

test('what a source of tokens throws or yields is not told', async () => {
  const sources = [
    () => Promise.reject(new Error('sesame')),
    () => {
      throw new Error('sesame')
    },
    () => 'sesame\r\nX-Admin: 1',
    () => untyped<string>({ toString: () => 'sesame' }),
    () => '',
  ]
  for (const token of sources) {
    await assert.rejects(
      async () => credentialHeaders('f', 'pdp', { token })(),
      (error: Error) => error.name === 'DependencyError' && error.cause === undefined && !/sesame/.test(error.message),
    )
  }
})

test('headers that are none are refused at boot', () => {
  for (const headers of [[], 'a', null, 7]) {
    assertRefusedOption(() => credentialHeaders('f', 'pdp', { headers: untyped(headers) }), 'f')
  }
})
