import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type CorsOptions, createCors } from '../../../lib/request/cors.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const APP = 'https://app.example.com'
const DEFAULTS = { methods: ['GET', 'POST', 'OPTIONS'], credentialHeaders: ['authorization'] }
const cors = (options: Partial<CorsOptions> = {}) => createCors({ origins: [APP], ...options }, DEFAULTS)

const HOST = ['Host', 'api.example.test'] as const
function asked(origin: string | undefined, method = 'OPTIONS', wanted: string | undefined = 'POST') {
  const origins = origin === undefined ? [] : [['Origin', origin] as const]
  const methods = wanted === undefined ? [] : [['Access-Control-Request-Method', wanted] as const]
  return rawRequest({ method, headers: [HOST, ...origins, ...methods] })
}

suite('a preflight', () => {
  test('is an OPTIONS with an origin, that asks for a method', () => {
    assert.ok(cors().isPreflight(asked(APP)))
    assert.ok(cors().isPreflight(asked('https://evil.example')))
    for (const other of [
      asked(APP, 'GET'),
      asked(undefined),
      rawRequest({ method: 'OPTIONS', headers: [HOST, ['Origin', APP]] }),
    ]) {
      assert.ok(!cors().isPreflight(other))
    }
  })
  test('is answered by the configuration, whatever it asks for', () => {
    const expected = {
      vary: 'Origin',
      'access-control-allow-origin': APP,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    }
    assert.deepEqual(cors().preflightHeaders(asked(APP)), expected)
    assert.deepEqual(cors().preflightHeaders(asked(APP, 'OPTIONS', 'DELETE')), expected)
    const own = { methods: ['PUT'], headers: ['X-API-Key'], credentials: true, maxAgeSeconds: 0 }
    assert.deepEqual(cors(own).preflightHeaders(asked(APP)), {
      ...expected,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'X-API-Key',
      'access-control-max-age': '0',
    })
  })
  test('of a page that is not named has no answer, however near its origin comes', () => {
    for (const origin of [
      `${APP}.evil.example`,
      'http://app.example.com',
      `${APP}:8443`,
      'null',
      `${APP}/`,
      'HTTPS://APP.EXAMPLE.COM',
      `${APP}, ${APP}`,
      '*',
      '',
    ]) {
      assert.equal(cors().preflightHeaders(asked(origin)), undefined, origin)
    }
  })
})

suite('another answer', () => {
  test('says to the page of a named origin what it may read', () => {
    assert.deepEqual(cors().answerHeaders(asked(APP, 'GET')), {
      vary: 'Origin',
      'access-control-allow-origin': APP,
      'access-control-expose-headers': 'WWW-Authenticate, Retry-After, X-Request-ID',
    })
    assert.equal(cors({ credentials: true }).answerHeaders(asked(APP))['access-control-allow-credentials'], 'true')
  })
  test('differs by origin, which caches are told also where there is none', () => {
    for (const origin of [undefined, 'https://evil.example']) {
      assert.deepEqual(cors().answerHeaders(asked(origin, 'GET')), { vary: 'Origin' })
    }
  })
  test('is the same for every page when all may call', () => {
    const all = cors({ origins: '*', exposedHeaders: ['ETag'] })
    const expected = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag' }
    assert.deepEqual(all.answerHeaders(asked('https://evil.example', 'GET')), expected)
    assert.deepEqual(all.answerHeaders(asked(undefined, 'GET')), {})
  })
})

suite('refused', () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [{}, '"origins"'],
    [{ origins: [] }, '"origins"'],
    [{ origins: ['*'] }, '"origins"'],
    [{ origins: ['null'] }, '"origins"'],
    [{ origins: [`${APP}/`] }, '"origins"'],
    [{ origins: '*', credentials: true }, 'cookies'],
    [{ origins: true }, '"origins"'],
    [{ origins: [APP], methods: ['*'] }, '"methods"'],
    [{ origins: [APP], methods: ['get'] }, '"methods"'],
    [{ origins: [APP], headers: ['*'] }, '"headers"'],
    [{ origins: [APP], headers: ['a b'] }, '"headers"'],
    [{ origins: [APP], exposedHeaders: [] }, '"exposedHeaders"'],
    [{ origins: [APP], credentials: 'yes' }, '"credentials"'],
    [{ origins: [APP], maxAgeSeconds: -1 }, '"maxAgeSeconds"'],
    [{ origins: [APP], maxAge: 1 }, 'unknown option "maxAge"'],
    [true, 'object'],
  ]
  for (const [options, word] of refused) {
    test(JSON.stringify(options), () =>
      assertRefusedOption(() => createCors(untyped(options), DEFAULTS), 'boundary.cors', word),
    )
  }
})
