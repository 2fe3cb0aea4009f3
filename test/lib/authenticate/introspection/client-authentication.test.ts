import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import jsonwebtoken from 'jsonwebtoken'
import {
  type ClientAuthentication,
  clientAuthentication,
} from '../../../../lib/authenticate/introspection/client-authentication.ts'
import { ISSUER, NOW } from '../../../support/access-token.ts'
import { testClock } from '../../../support/clock.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const authenticate = (client: unknown, clock = testClock()) =>
  clientAuthentication('factory', untyped<ClientAuthentication>(client), ISSUER, clock.now)

suite('basic', () => {
  const headerOf = (clientId: string, clientSecret: string) => {
    const { headers, form } = authenticate({ method: 'basic', clientId, clientSecret })()
    assert.deepEqual(form, {})
    assert.deepEqual(Object.keys(headers), ['authorization'])
    const [, encoded = ''] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(headers.authorization ?? '') ?? []
    return Buffer.from(encoded, 'base64').toString()
  }

  test('joins id and secret', () => assert.equal(headerOf('gateway', 'secret'), 'gateway:secret'))

  test('form-encodes both before they are joined: RFC 6749 appendix B', () => {
    assert.equal(headerOf('a:b c', 'p%+&=:/é'), 'a%3Ab+c:p%25%2B%26%3D%3A%2F%C3%A9')
  })
})

test('post puts both in the form', () => {
  const { headers, form } = authenticate({ method: 'post', clientId: 'gateway', clientSecret: 'a&b' })()
  assert.deepEqual([headers, form], [{}, { client_id: 'gateway', client_secret: 'a&b' }])
})

test('tls says who it is, and no more', () => {
  const { headers, form } = authenticate({ method: 'tls', clientId: 'gateway' })()
  assert.deepEqual([headers, form], [{}, { client_id: 'gateway' }])
})

suite('private_key_jwt', () => {
  for (const algorithm of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512'] as const) {
    test(`${algorithm}: an assertion for the issuer alone, short-lived, and good once`, () => {
      const key = createSigningKey(algorithm)
      const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' })
      const clock = testClock(NOW + 0.5)
      const credentials = authenticate(
        { method: 'private_key_jwt', clientId: 'gateway', keyId: 'k1', privateKey, algorithm },
        clock,
      )
      const ids = Array.from({ length: 3 }, () => {
        const { headers, form } = credentials()
        assert.deepEqual(headers, {})
        const { client_id, client_assertion_type, client_assertion = '' } = form
        assert.equal(client_id, 'gateway')
        assert.equal(client_assertion_type, 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        const { header, payload } = jsonwebtoken.verify(client_assertion, createPublicKey(key.privateKey), {
          algorithms: [algorithm],
          clockTimestamp: NOW,
          complete: true,
        })
        assert.deepEqual([header.alg, header.kid], [algorithm, 'k1'])
        assert.ok(typeof payload === 'object')
        const { jti, ...claims } = payload
        assert.deepEqual(claims, { iss: 'gateway', sub: 'gateway', aud: ISSUER, iat: NOW, exp: NOW + 60 })
        return jti
      })
      assert.equal(new Set(ids).size, 3)
    })
  }

  test('is made anew by the clock', () => {
    const clock = testClock()
    const { privateKey } = createSigningKey('ES256')
    const credentials = authenticate(
      { method: 'private_key_jwt', clientId: 'gateway', keyId: 'k1', privateKey, algorithm: 'ES256' },
      clock,
    )
    clock.advance(3_600)
    const claims = jsonwebtoken.decode(credentials().form.client_assertion ?? '')
    assert.partialDeepStrictEqual(claims, { iat: NOW + 3_600, exp: NOW + 3_660 })
  })
})

suite('settings that are refused at boot', () => {
  const ec = createSigningKey('ES256').privateKey
  const rsa = createSigningKey('RS256').privateKey
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const basic = { method: 'basic', clientId: 'gateway', clientSecret: 'secret' }
  const jwt = { method: 'private_key_jwt', clientId: 'gateway', privateKey: ec, algorithm: 'ES256', keyId: 'k1' }
  const pem = (key: typeof ec) => createPublicKey(key).export({ type: 'spki', format: 'pem' })
  const refused: Readonly<Record<string, readonly [unknown, ...string[]]>> = {
    nothing: [undefined, 'factory.client', 'must be an object'],
    'no method': [{ ...basic, method: undefined }, '"method"', '"private_key_jwt"'],
    'an unknown method': [{ ...basic, method: 'client_secret_jwt' }, '"method"', '"basic"'],
    'a method that every object has': [{ ...basic, method: 'constructor' }, '"method"'],
    'an unknown option': [{ ...basic, clientsecret: 's' }, 'clientsecret', 'clientSecret'],
    'no id': [{ ...basic, clientId: undefined }, '"clientId"', 'non-empty string'],
    'an empty id': [{ ...basic, clientId: '' }, '"clientId"'],
    'no secret': [{ ...basic, clientSecret: undefined }, '"clientSecret"'],
    'an empty secret, in the form': [{ ...basic, method: 'post', clientSecret: '' }, '"clientSecret"'],
    'a secret beside a certificate': [{ ...basic, method: 'tls' }, 'tls', 'clientSecret'],
    'a key beside a secret': [{ ...basic, privateKey: ec }, 'basic', 'privateKey'],
    'a secret beside a key': [{ ...jwt, clientSecret: 'secret' }, 'private_key_jwt', 'clientSecret'],
    'no key': [{ ...jwt, privateKey: undefined }, '"privateKey"', 'PEM or KeyObject'],
    'a public key': [{ ...jwt, privateKey: createPublicKey(ec) }, '"privateKey"'],
    'a public key as PEM': [{ ...jwt, privateKey: pem(ec) }, '"privateKey"'],
    'text that is no key': [{ ...jwt, privateKey: 'secret-key-text' }, '"privateKey"'],
    'no name of the key': [{ ...jwt, keyId: undefined }, '"keyId"'],
    'no algorithm': [{ ...jwt, algorithm: undefined }, '"algorithm"', '"RS256"'],
    'an algorithm of shared secrets': [{ ...jwt, algorithm: 'HS256' }, '"algorithm"'],
    'no signature': [{ ...jwt, algorithm: 'none' }, '"algorithm"'],
    'an algorithm of another kind of key': [{ ...jwt, privateKey: rsa }, '"algorithm"', '"privateKey"'],
    'an algorithm of another curve': [{ ...jwt, algorithm: 'ES384' }, '"algorithm"'],
    'a weak key': [{ ...jwt, privateKey: weak, algorithm: 'RS256' }, '"algorithm"'],
  }
  for (const [name, [client, ...words]] of Object.entries(refused)) {
    test(name, () => assertRefusedOption(() => authenticate(client), 'factory.client', ...words))
  }

  test('and no message shows a secret', () => {
    const told = (client: unknown) => {
      try {
        authenticate(client)
        return assert.fail('it is refused')
      } catch (error) {
        return String(error)
      }
    }
    assert.ok(!told({ ...jwt, privateKey: 'secret-key-text' }).includes('secret-key-text'))
    assert.ok(!told({ ...basic, clientId: '', clientSecret: 'hush-hush' }).includes('hush-hush'))
  })
})
