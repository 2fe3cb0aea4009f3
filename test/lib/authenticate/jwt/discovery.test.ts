import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { discoverJwksUri, metadataUrls } from '../../../../lib/authenticate/jwt/discovery.ts'
import { ISSUER } from '../../../support/access-token.ts'
import { type FakeIssuer, fakeIssuer } from '../../../support/fake-issuer.ts'

const OPENID = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'
const METADATA = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }

function discover(issuer: FakeIssuer, name: string = ISSUER, allowHttp = false): Promise<string> {
  return discoverJwksUri(name, allowHttp, { fetch: issuer.fetch, signal: AbortSignal.timeout(5_000), maxBytes: 10_000 })
}

test('OpenID Connect Discovery is asked first', async () => {
  const issuer = fakeIssuer({ [OPENID]: METADATA })
  assert.equal(await discover(issuer), `${ISSUER}/jwks`)
  assert.deepEqual(issuer.asked, [ISSUER + OPENID])
})

test('RFC 8414 is asked when there is no OpenID Connect', async () => {
  const issuer = fakeIssuer({ [OAUTH]: METADATA })
  assert.equal(await discover(issuer), `${ISSUER}/jwks`)
  assert.deepEqual(issuer.asked, [ISSUER + OPENID, ISSUER + OAUTH])
})

test('RFC 8414 is not asked when the first answer is a failure', async () => {
  const issuer = fakeIssuer({ [OPENID]: () => new Response('', { status: 500 }), [OAUTH]: METADATA })
  await assert.rejects(discover(issuer), /discovery: answered 500/)
  assert.equal(issuer.asked.length, 1)
})

test('nothing at either place is a failed dependency', async () => {
  await assert.rejects(discover(fakeIssuer()), { name: 'DependencyError', message: 'discovery: answered 404' })
})

suite('the document must name exactly the issuer that was asked', () => {
  for (const issuer of [`${ISSUER}/`, 'https://evil.example.test', ISSUER.toUpperCase(), undefined, [ISSUER], null]) {
    test(JSON.stringify(issuer) ?? 'nothing', async () => {
      const fake = fakeIssuer({ [OPENID]: { ...METADATA, issuer } })
      await assert.rejects(discover(fake), { name: 'DependencyError', message: /another issuer/ })
    })
  }
  for (const document of [null, [], 'text', 1]) {
    test(`${JSON.stringify(document)} names none`, async () => {
      await assert.rejects(discover(fakeIssuer({ [OPENID]: document })), { message: /another issuer/ })
    })
  }
})

suite('the key set must be at an https: URL', () => {
  const bad = [
    'http://issuer.example.test/jwks',
    'ftp://issuer.example.test/',
    '/jwks',
    'file:///etc/passwd',
    undefined,
    1,
  ]
  for (const jwks_uri of [...bad, 'https://user:secret@issuer.example.test/jwks']) {
    test(`${JSON.stringify(jwks_uri)} is refused`, async () => {
      const fake = fakeIssuer({ [OPENID]: { ...METADATA, jwks_uri } })
      await assert.rejects(discover(fake), { name: 'DependencyError', message: /no usable jwks_uri/ })
    })
  }
  test('http: is accepted on this machine, and where it was dangerously allowed', async () => {
    const name = 'http://127.0.0.1:9'
    const local = fakeIssuer({ [OPENID]: { issuer: name, jwks_uri: `${name}/jwks` } })
    assert.equal(await discover(local, name), `${name}/jwks`)
    const allowed = fakeIssuer({ [OPENID]: { ...METADATA, jwks_uri: 'http://issuer.example.test/jwks' } })
    assert.equal(await discover(allowed, ISSUER, true), 'http://issuer.example.test/jwks')
  })
})

suite('an issuer elsewhere does not send us to this machine', () => {
  const local = [
    ...['http://127.0.0.1:9200/', 'http://localhost/', 'http://[::1]:8500/', 'https://localhost/', 'https://127.1/'],
    ...[
      'https://2130706433/',
      'https://0x7f.0.0.2/',
      'https://0.0.0.0/',
      'https://[::]/',
      'https://[::ffff:127.0.0.1]/',
    ],
    ...['https://LOCALHOST./', 'https://a.localhost/'],
  ]
  for (const jwks_uri of local) {
    test(jwks_uri, async () => {
      for (const allowHttp of [false, true]) {
        const fake = fakeIssuer({ [OPENID]: { ...METADATA, jwks_uri } })
        await assert.rejects(discover(fake, ISSUER, allowHttp), {
          name: 'DependencyError',
          message: /no usable jwks_uri/,
        })
      }
    })
  }
  test('but to other machines it may', async () => {
    for (const jwks_uri of ['https://localhost.example.test/jwks', 'https://keys.example.test/127.0.0.1']) {
      assert.equal(await discover(fakeIssuer({ [OPENID]: { ...METADATA, jwks_uri } })), jwks_uri)
    }
  })
})

test('OpenID Connect appends to a path, RFC 8414 inserts before it', () => {
  const expected = [`${ISSUER}/realms/a${OPENID}`, `${ISSUER}${OAUTH}/realms/a`]
  assert.deepEqual(metadataUrls(`${ISSUER}/realms/a`), expected)
  assert.deepEqual(metadataUrls(`${ISSUER}/realms/a/`), expected)
  assert.deepEqual(metadataUrls(ISSUER), [ISSUER + OPENID, ISSUER + OAUTH])
})
