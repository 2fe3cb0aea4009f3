import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import { createHeaderRules } from '../../../lib/header-rules.ts'
import { type AdmissionOptions, createAdmission } from '../../../lib/request/admit.ts'
import { readHeaders } from '../../../lib/request/received-headers.ts'
import type { RequestView } from '../../../lib/request-view.ts'
import { type RequestDescription, rawRequest, requestWith } from '../../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const rules = createHeaderRules({ managed: [], credentials: ['authorization'] })
const admission = (options: unknown = {}) => createAdmission(untyped<AdmissionOptions>(options), rules)

function admit(request: RequestDescription, options: AdmissionOptions = {}): RequestView | AuthError {
  const raw = rawRequest(request)
  return admission(options)(raw, readHeaders(raw.rawHeaders, rules))
}
function view(request: RequestDescription, options?: AdmissionOptions): RequestView {
  const admitted = admit(request, options)
  return admitted instanceof AuthError ? assert.fail(admitted.reason) : admitted
}
function error(request: RequestDescription, options?: AdmissionOptions): AuthError {
  const admitted = admit(request, options)
  return admitted instanceof AuthError ? admitted : assert.fail('it was admitted')
}

test('a request is seen as it will be forwarded', () => {
  const request = { method: 'POST', target: '/%6frders/42?a=%20b', headers: [['Host', 'API.example.test:80']] } as const
  const { id, ...seen } = { ...view(request) }
  assert.deepEqual(view(request).headers, { host: 'API.example.test:80' })
  assert.match(id, /^[0-9a-f-]{36}$/)
  assert.deepEqual(seen, {
    method: 'POST',
    target: '/%6frders/42?a=%20b',
    path: '/orders/42',
    segments: ['orders', '42'],
    query: 'a=%20b',
    host: 'api.example.test',
    authority: 'API.example.test:80',
    scheme: 'http',
    clientAddress: '192.0.2.7',
    forwardedFor: ['192.0.2.7'],
  })
})

test('the credential is kept apart', () => {
  const raw = requestWith(['Authorization', 'Bearer t'])
  const admitted = admission()(raw, readHeaders(raw.rawHeaders, rules))
  assert.ok(!(admitted instanceof AuthError))
  assert.equal(admitted.credential('authorization'), 'Bearer t')
})

suite('methods', () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    test(`${method} is let in`, () => assert.equal(view({ method }).method, method))
  }
  for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'get', 'Get', '', 'GET ', 'PURGE', 'constructor']) {
    test(`${JSON.stringify(method)} is not`, () => assert.equal(error({ method }).reason, 'method'))
  }
  test('others are let in where they are listed, and then only those', () => {
    assert.equal(view({ method: 'PROPFIND' }, { methods: ['PROPFIND'] }).method, 'PROPFIND')
    assert.equal(error({ method: 'GET' }, { methods: ['PROPFIND'] }).reason, 'method')
  })
})

suite('targets', () => {
  for (const target of [
    '*',
    'http://api.example.test/orders',
    'api.example.test:443',
    '',
    '//x',
    '/a/../b',
    '/?a#b',
    '/?a b',
    '/?\u00e9',
    '/?a"b\n',
  ]) {
    test(`${JSON.stringify(target)} is refused`, () => {
      const refused = error({ target })
      assert.equal(refused.status, 400)
      assert.equal(refused.reason, 'target')
    })
  }
  for (const [target, query] of [
    ['/', ''],
    ['/?', ''],
    ['/?a=b&c', 'a=b&c'],
    ['/?/../?', '/../?'],
    ['/?%00%2f%zz', '%00%2f%zz'],
  ] as const) {
    test(`${target} is let in, its query as sent`, () => assert.equal(view({ target }).query, query))
  }
})

suite('Host', () => {
  const host = (...values: string[]) => ({ headers: values.map((value) => ['Host', value] as const) })
  test('is required, in HTTP/1.1', () => assert.equal(error({ headers: [] }).reason, 'host'))
  test('may be missing in HTTP/1.0', () => {
    assert.equal(view({ headers: [], httpVersion: '1.0' }).host, '')
    assert.equal(error({ headers: [], httpVersion: '1.0' }, { hosts: ['api.example.test'] }).status, 421)
  })
  test('twice is refused', () => assert.equal(error(host('a.test', 'a.test')).status, 400))
  test('that is malformed is refused', () => assert.equal(error(host('a.test, b.test')).reason, 'host'))
  test('of another server is misdirected', () => {
    const refused = error(host('evil.test'), { hosts: ['api.example.test'] })
    assert.equal(refused.code, 'misdirected_request')
    assert.equal(refused.status, 421)
  })
  test('is compared without case, port and trailing dot', () => {
    for (const value of ['API.example.test', 'api.example.test:8443', 'api.example.test.']) {
      assert.equal(view(host(value), { hosts: ['Api.Example.Test'] }).host, 'api.example.test')
    }
  })
})

test('HTTP/1.0 has no Transfer-Encoding', () => {
  const headers = [['Transfer-Encoding', 'chunked']] as const
  assert.equal(error({ headers, httpVersion: '1.0' }).reason, 'transfer-encoding')
})

test('a chain of proxies that cannot be read is 400, from a trusted proxy', () => {
  const headers = [
    ['Host', 'a.test'],
    ['X-Forwarded-For', 'junk'],
  ] as const
  assert.equal(error({ headers }, { trustedProxies: ['192.0.2.0/24'] }).reason, 'x-forwarded-for')
  assert.equal(view({ headers }, {}).clientAddress, '192.0.2.7')
})

test("a trusted proxy's request id is kept, and otherwise a new one made each time", () => {
  const headers = [
    ['Host', 'a.test'],
    ['X-Request-ID', 'abc'],
  ] as const
  assert.equal(view({ headers }, { trustedProxies: ['192.0.2.7'] }).id, 'abc')
  assert.notEqual(view({ headers }).id, 'abc')
  assert.notEqual(view({}).id, view({}).id)
})

test('no refusal repeats what was sent', () => {
  const secret = 'sEcReT'
  const requests: RequestDescription[] = [
    { method: secret },
    { target: `/${secret}/..` },
    { headers: [['Host', `${secret}@x`]] },
  ]
  for (const request of requests) assert.ok(!JSON.stringify({ ...error(request) }).includes(secret))
})

suite('options', () => {
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{ methods: [] }, '"methods"', 'at least one'],
    [{ methods: ['get'] }, '"methods"', 'upper-case'],
    [{ methods: ['TRACE'] }, '"methods"', 'TRACE'],
    [{ methods: ['GET', 'CONNECT'] }, '"methods"', 'CONNECT'],
    [{ methods: ['GET', 'GET'] }, '"methods"', 'twice'],
    [{ methods: 'GET' }, '"methods"', 'list'],
    [{ hosts: [] }, '"hosts"', 'at least one'],
    [{ hosts: ['https://api.example.test'] }, '"hosts"', 'without scheme'],
    [{ hosts: ['api.example.test:80'] }, '"hosts"', 'port'],
    [{ hosts: ['*.example.test'] }, '"hosts"'],
    [{ trustedProxies: true }, '"trustedProxies"', 'list your proxies'],
    [{ trustedProxies: 1 }, '"trustedProxies"'],
    [{ trustedProxies: 'loopback' }, '"trustedProxies"'],
    [{ trustedProxies: ['10.0.0.0/33'] }, '"trustedProxies"', '10.0.0.0/33'],
    [{ trustedProxies: ['proxy.example.test'] }, '"trustedProxies"'],
    [{ path: { allowDots: true } }, 'boundary.path', 'unknown option'],
  ]
  for (const [options, ...words] of refused) {
    test(JSON.stringify(options), () => assertRefusedOption(() => admission(options), ...words))
  }
  test('an empty list of proxies trusts none', () => assert.doesNotThrow(() => admission({ trustedProxies: [] })))
})
