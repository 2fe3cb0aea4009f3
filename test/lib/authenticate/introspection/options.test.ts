import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { dangerouslyAllowHttp } from '../../../../lib/options.ts'
import { INTROSPECTION_ENDPOINT, testSettings } from '../../../support/introspection-settings.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

test('what is left out has a safe value', () => {
  const settings = testSettings()
  assert.partialDeepStrictEqual(settings, {
    endpoint: INTROSPECTION_ENDPOINT,
    audienceClaim: 'aud',
    proofOfPossession: 'accepted',
    cacheTtlSeconds: 30,
    inactiveTtlSeconds: 5,
    deadlineMs: 3_000,
    maxInFlight: 256,
    alwaysOn: [],
    clientId: 'gateway',
  })
  assert.equal(settings.answerKeys, undefined)
  assert.equal(settings.fetch, globalThis.fetch)
})

suite('options that are refused at boot', () => {
  const tls = { method: 'tls', clientId: 'gateway' }
  const refused: readonly (readonly [Readonly<Record<string, unknown>>, ...string[]])[] = [
    [{ endpont: 'x' }, '"endpont"', '"endpoint"'],
    [{ endpoint: undefined }, '"endpoint"', 'https: URL'],
    [{ endpoint: '/introspect' }, '"endpoint"', 'absolute'],
    [{ endpoint: 'http://issuer.example.test/introspect' }, '"endpoint"', 'https:'],
    [{ endpoint: 'file:///etc/passwd' }, '"endpoint"'],
    [{ endpoint: 'https://gateway:hush@issuer.example.test/' }, '"endpoint"', 'credentials'],
    [{ endpoint: `${INTROSPECTION_ENDPOINT}#x` }, '"endpoint"', 'fragment'],
    [{ issuer: undefined }, '"issuer"', 'non-empty string'],
    [{ issuer: '' }, '"issuer"'],
    [{ audience: undefined }, '"audience"', 'list of at least one string'],
    [{ audience: [] }, '"audience"', 'at least one'],
    [{ audience: '' }, '"audience"'],
    [{ audience: ['a', 'a'] }, '"audience"', 'twice'],
    [{ audienceClaim: 'azp' }, '"audienceClaim"', '"client_id"'],
    [{ proofOfPossession: 'optional' }, '"proofOfPossession"', '"required"'],
    [{ client: undefined }, 'factory.client', 'must be an object'],
    [{ client: tls }, '"fetch"', 'client certificate', '"tls"'],
    [{ fetch: 'fetch' }, '"fetch"', 'function'],
    [{ fetch: null }, '"fetch"'],
    [{ claims: null }, 'factory.claims'],
    [{ claims: { role: 'roles' } }, '"role"', '"roles"'],
    [{ signedAnswers: null }, 'factory.signedAnswers'],
    [{ signedAnswers: false }, 'factory.signedAnswers'],
    [{ introspectAlways: '/payments/**' }, '"introspectAlways"', 'list'],
    [{ introspectAlways: null }, '"introspectAlways"'],
    [{ introspectAlways: 5 }, '"introspectAlways"'],
    [{ introspectAlways: {} }, '"introspectAlways"'],
    [{ introspectAlways: ['payments'] }, '"introspectAlways"', '"payments"', '"GET /orders/**"'],
    [{ introspectAlways: ['/a/**/b'] }, '"introspectAlways"', '"/a/**/b"'],
    [{ introspectAlways: ['/%70ayments'] }, '"introspectAlways"', '"/%70ayments"'],
    [{ introspectAlways: ['/a/../b'] }, '"introspectAlways"'],
    [{ introspectAlways: ['/a', '/a'] }, '"introspectAlways"', 'twice'],
    [{ cacheTtlSeconds: 0 }, '"cacheTtlSeconds"', 'above 0'],
    [{ cacheTtlSeconds: Number.POSITIVE_INFINITY }, '"cacheTtlSeconds"', 'finite'],
    [{ cacheTtlSeconds: '30' }, '"cacheTtlSeconds"'],
    [{ inactiveTtlSeconds: -1 }, '"inactiveTtlSeconds"'],
    [{ deadlineMs: 0 }, '"deadlineMs"'],
    [{ deadlineMs: Number.NaN }, '"deadlineMs"'],
    [{ maxInFlight: 0 }, '"maxInFlight"', 'at least 1'],
  ]
  for (const [changes, ...words] of refused) {
    test(JSON.stringify(changes), () => assertRefusedOption(() => testSettings(changes), 'factory', ...words))
  }
})

suite('options that are taken', () => {
  test('plain HTTP to this machine, and to others by the symbol', () => {
    assert.ok(testSettings({ endpoint: 'http://127.0.0.1:1/introspect' }))
    assert.ok(testSettings({ endpoint: 'http://issuer.example.test/', [dangerouslyAllowHttp]: true }))
  })

  test('tls with a fetch of its own', () => {
    const fetch = async () => new Response()
    assert.equal(testSettings({ client: { method: 'tls', clientId: 'gateway' }, fetch }).fetch, fetch)
  })

  test('no route that is always asked about', () => {
    assert.deepEqual(testSettings({ introspectAlways: [] }).alwaysOn, [])
  })
})

test('whatever decides about a token makes the rules others, and nothing else does', () => {
  const { rulesId } = testSettings()
  const key = createSigningKey('ES256')
  const decisive: readonly Readonly<Record<string, unknown>>[] = [
    { endpoint: 'https://other.example.test/introspect' },
    { issuer: 'https://other.example.test' },
    { audience: ['https://api.example.test', 'second'] },
    { audienceClaim: 'client_id' },
    { proofOfPossession: 'required' },
    { client: { method: 'post', clientId: 'other', clientSecret: 'hush' } },
    { claims: { roles: 'groups' } },
    { signedAnswers: { algorithms: ['ES256'], keys: { keys: [key.jwk] } } },
  ]
  const ids = decisive.map((changes) => testSettings(changes).rulesId)
  assert.equal(new Set([rulesId, ...ids]).size, decisive.length + 1)
  const secret = { method: 'basic', clientId: 'gateway', clientSecret: 'changed' }
  assert.equal(testSettings({ client: secret, deadlineMs: 1, cacheTtlSeconds: 1 }).rulesId, rulesId)
  assert.ok(!rulesId.includes('hush'))
})
