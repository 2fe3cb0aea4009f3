import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type AuthzenOptions, authzenSettings } from '../../../../../lib/authorize/decision-points/authzen/options.ts'
import { dangerouslyAllowHttp } from '../../../../../lib/options.ts'
import { atOnce } from '../../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../../support/refused-option.ts'

suite('options', () => {
  const url = 'https://pdp.example.test'
  const bad: Readonly<Record<string, unknown>> = {
    url: [{ url: 'http://pdp.example.test' }, { url: `${url}/?tenant=a` }, { url: `${url}/#a` }, { url: 'pdp' }, {}],
    endpoints: [
      { url, endpoints: {} },
      { url, endpoints: { evaluation: 'http://pdp.example.test/a' } },
      { url, endpoints: { evaluation: `${url}/a` }, evaluations: () => [] },
    ],
    semantic: [
      { url, semantic: 'execute_all' },
      { url, evaluations: () => [], semantic: 'all' },
    ],
    subject: [{ url, subject: {} }],
    context: [{ url, context: {} }],
    evaluations: [{ url, evaluations: [] }],
    token: [
      { url, token: 'Bearer abc' },
      { url, token: 'a\r\nb' },
      { url, token: '' },
    ],
    headers: [
      { url, headers: { 'X-A': 'a\nb' } },
      { url, headers: { 'content-type': 'text/plain' } },
      { url, headers: { 'X-Request-Id': 'a' } },
      { url, headers: { 'a b': 'c' } },
      { url, headers: { a: 'c', A: 'd' } },
      { url, token: 'abc', headers: { Authorization: 'Basic abc' } },
    ],
    deadlineMs: [{ url, deadlineMs: 0 }],
    maxInFlight: [{ url, maxInFlight: 0 }],
    maxStaleSeconds: [{ url, maxStaleSeconds: 1 }],
    name: [{ url, name: '' }],
    tellUserReason: [{ url, tellUserReason: 'yes' }],
    fetch: [{ url, fetch: 'curl' }],
    now: [{ url, now: 7 }],
    resource: [{ url, resources: () => ({}) }],
  }
  for (const [name, list] of Object.entries(bad)) {
    test(`"${name}"`, () => {
      for (const options of list as readonly AuthzenOptions[]) {
        assertRefusedOption(() => authzenSettings(options), 'authzenPolicy', name)
      }
    })
  }
  test('a refused token is not in the message', () => {
    assert.throws(
      () => authzenSettings({ url, token: 'sesame sesame' }),
      (error: Error) => !error.message.includes('sesame'),
    )
  })
})

test('fixed endpoints are known without a look-up', () => {
  const endpoints = { evaluation: 'https://pdp.example.test/evaluate' }
  const fetch = () => assert.fail('it was fetched')
  const settings = authzenSettings({ url: 'https://pdp.example.test', endpoints, fetch })
  assert.deepEqual(atOnce(settings.endpoints.get()), endpoints)
})

test('plain HTTP to another machine is for those who say so', () => {
  const url = 'http://pdp.internal'
  assertRefusedOption(() => authzenSettings({ url }), 'url')
  authzenSettings({ url, endpoints: { evaluation: `${url}/e` }, [dangerouslyAllowHttp]: true })
})
