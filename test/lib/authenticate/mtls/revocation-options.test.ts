import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPlainUrl, revocationCheck } from '../../../../lib/authenticate/mtls/revocation-options.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const check = (options: unknown) =>
  revocationCheck(
    'test',
    untyped(options),
    () => [],
    () => 0,
  )

test('nothing is checked only where that is said', () => {
  assert.equal(check('unchecked'), undefined)
  assertRefusedOption(() => check(undefined), 'test', 'unchecked')
  assertRefusedOption(() => check({}), 'crls', 'ocsp')
  assert.ok(check({ ocsp: { onFailure: 'refuse' } }))
  assert.ok(check({ crls: ['https://crl.test/a'] }))
})

test('options are checked', () => {
  for (const [options, word] of [
    [{ crls: [] }, 'crls'],
    [{ crls: 'a.crl' }, 'crls'],
    [{ crls: [''] }, 'crls'],
    [{ crls: [7] }, 'crls'],
    [{ crls: ['https://u:p@crl.test/'] }, 'credentials'],
    [{ crls: ['https://crl.test/'], refreshAfterSeconds: 0 }, 'refreshAfterSeconds'],
    [{ crls: ['https://crl.test/'], deadlineMs: -1 }, 'deadlineMs'],
    [{ crls: ['https://crl.test/'], fetch: 1 }, 'fetch'],
    [{ crls: ['https://crl.test/'], warn: 1 }, 'warn'],
    [{ crl: [] }, 'crls'],
    [{ ocsp: { onFailure: 'soft' } }, 'onFailure'],
  ] as const) {
    assertRefusedOption(() => check(options), 'test', word)
  }
})

test('URLs of the web, without credentials', () => {
  const urls = ['http://a/', 'https://a/b?c', 'ftp://a/', 'http://u@a/', 'a']
  assert.deepEqual(urls.map(isPlainUrl), [true, true, false, false, false])
})
