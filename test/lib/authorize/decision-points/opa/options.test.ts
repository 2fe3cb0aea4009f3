import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type OpaOptions, opaSettings } from '../../../../../lib/authorize/decision-points/opa/options.ts'
import { dangerouslyAllowHttp } from '../../../../../lib/options.ts'
import { assertRefusedOption, untyped } from '../../../../support/refused-option.ts'

const GOOD: OpaOptions = { url: 'http://127.0.0.1:8181', path: 'gateway/authz/allow' }
const settings = (options: object) => opaSettings(untyped<OpaOptions>({ ...GOOD, ...options }))

test('the endpoint is made once, of url and path', () => {
  assert.equal(settings({}).endpoint, 'http://127.0.0.1:8181/v1/data/gateway/authz/allow')
  assert.equal(
    settings({ url: 'https://opa.example.test/x/' }).endpoint,
    'https://opa.example.test/x/v1/data/gateway/authz/allow',
  )
  assert.equal(
    settings({ url: 'http://opa:8181', [dangerouslyAllowHttp]: true }).endpoint.startsWith('http://opa:8181/v1/'),
    true,
  )
})

suite('refused at boot', () => {
  const cases: Readonly<Record<string, readonly [object, string]>> = {
    'no url': [{ url: undefined }, '"url"'],
    'plain HTTP to elsewhere': [{ url: 'http://opa:8181' }, '"url"'],
    'a url with credentials': [{ url: 'https://me:secret@opa.example.test' }, '"url"'],
    'a url with a query': [{ url: 'https://opa.example.test/?pretty' }, '"url"'],
    'no path': [{ path: undefined }, '"path"'],
    'a path that goes up': [{ path: '../data/x' }, '"path"'],
    'a path that begins with a slash': [{ path: '/gateway/authz/allow' }, '"path"'],
    'a path that ends with one': [{ path: 'gateway/' }, '"path"'],
    'a path as Rego has it': [{ path: 'data.gateway.authz' }, '"path"'],
    'a path with a query': [{ path: 'gateway?explain=full' }, '"path"'],
    'a path with an escape': [{ path: 'gateway/%2e%2e' }, '"path"'],
    'an unknown option': [{ timeout: 1 }, '"timeout"'],
    'a deadline of nothing': [{ deadlineMs: 0 }, '"deadlineMs"'],
    'none under way': [{ maxInFlight: 0 }, '"maxInFlight"'],
    'a cache for ever': [{ cache: { ttlSeconds: 301 } }, '"ttlSeconds"'],
    'a cache of unknown time': [{ cache: {} }, '"ttlSeconds"'],
    'a cache without bound': [{ cache: { ttlSeconds: 1, max: Infinity } }, '"max"'],
    'a cache of no two that are alike': [{ cache: { ttlSeconds: 1 }, include: ['requestId'] }, '"cache"'],
    'a cache of time': [{ cache: { ttlSeconds: 1 }, include: ['time'] }, '"cache"'],
    'a token and a header for it': [{ token: 'a', headers: { authorization: 'b' } }, 'Authorization'],
    'a header that frames': [{ headers: { 'Content-Length': '1' } }, '"headers"'],
    'headers to set that tell who calls': [{ setsHeaders: ['Authorization'] }, '"setsHeaders"'],
    'headers to set that are none': [{ setsHeaders: ['X Area'] }, '"setsHeaders"'],
    'a name that is none': [{ name: '' }, '"name"'],
    'a reason that is told perhaps': [{ tellReason: 'yes' }, '"tellReason"'],
    'no clock': [{ now: 1 }, '"now"'],
    'no fetch': [{ fetch: 1 }, '"fetch"'],
  }
  for (const [name, [options, word]] of Object.entries(cases)) {
    test(name, () => {
      assertRefusedOption(() => settings(options), 'opaPolicy', word)
      assert.throws(
        () => settings(options),
        (error: Error) => !error.message.includes('secret'),
      )
    })
  }
})
