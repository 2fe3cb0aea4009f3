import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { suite, test } from 'node:test'
import { readConfig } from '../../examples/gateway/config.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const REQUIRED = {
  UPSTREAM_URL: 'http://127.0.0.1:3000',
  ISSUER: 'https://login.example.com/',
  AUDIENCE: 'https://api.example.com',
}
const INTROSPECTION = {
  INTROSPECTION_URL: 'https://login.example.com/introspect',
  INTROSPECTION_CLIENT_ID: 'gateway',
  INTROSPECTION_CLIENT_SECRET: 'a secret',
}

const partners = join(temporaryFolder(), 'partners.json')
writeFileSync(partners, '{"orders.partner.example.test":"acme"}')
const TLS = {
  TLS_PORT: '8443',
  TLS_KEY: 'server.key',
  TLS_CERT: 'server.pem',
  CLIENT_CA: 'ca.pem',
  CLIENT_CRL: 'ca.crl',
  PARTNERS: partners,
}

test('the defaults', () => {
  assert.deepEqual(readConfig(REQUIRED), {
    host: '127.0.0.1',
    port: 8080,
    upstreamUrl: 'http://127.0.0.1:3000',
    upstreamTimeoutMs: 30_000,
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    introspection: undefined,
    tls: undefined,
    signatures: { sealingKeys: [], signatureKeys: [] },
    publicOrigins: undefined,
    keyStoreFile: resolve('keys.sqlite'),
    hosts: ['127.0.0.1', 'localhost', '[::1]'],
    trustedProxies: [],
  })
})

test('everything set', () => {
  const config = readConfig({
    ...REQUIRED,
    HOST: '0.0.0.0',
    PORT: '0',
    UPSTREAM_URL: 'https://legacy.internal:8443/',
    UPSTREAM_TIMEOUT_MS: '5000',
    KEY_STORE: '/tmp/keys.sqlite',
    ...INTROSPECTION,
    ...TLS,
    SEALING_KEYS: `${Buffer.alloc(32, 1).toString('base64')}, ${Buffer.alloc(32, 2).toString('base64')}`,
    PUBLIC_ORIGINS: 'https://api.example.com, https://api.example.org',
    GATEWAY_HOSTS: 'api.example.com, [2001:db8::1],api.example.com',
    TRUSTED_PROXIES: '10.0.0.0/8,::1, 192.0.2.7',
  })
  assert.partialDeepStrictEqual(config, {
    host: '0.0.0.0',
    port: 0,
    upstreamUrl: 'https://legacy.internal:8443',
    upstreamTimeoutMs: 5_000,
    keyStoreFile: '/tmp/keys.sqlite',
    introspection: {
      endpoint: 'https://login.example.com/introspect',
      clientId: 'gateway',
      clientSecret: 'a secret',
      audience: 'https://api.example.com',
    },
    tls: {
      ...{ port: 8443, key: 'server.key', cert: 'server.pem', clientCa: 'ca.pem', clientCrl: 'ca.crl' },
      partners: { 'orders.partner.example.test': 'acme' },
    },
    signatures: { sealingKeys: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)], signatureKeys: [] },
    publicOrigins: ['https://api.example.com', 'https://api.example.org'],
    hosts: ['api.example.com', '[2001:db8::1]'],
    trustedProxies: ['10.0.0.0/8', '::1', '192.0.2.7'],
  })
})

suite('an error is one line that names the variable and the remedy', () => {
  const WRONG: readonly (readonly [name: string, value: string | undefined, remedy: RegExp])[] = [
    ['UPSTREAM_URL', undefined, /is not set: give it a value such as http:\/\/127/],
    ['UPSTREAM_URL', '', /is not set/],
    ['UPSTREAM_URL', 'legacy:3000', /such as http:/],
    ['UPSTREAM_URL', 'http://user:pw@legacy', /such as http:/],
    ['UPSTREAM_URL', 'http://legacy/app', /scheme, host and port only/],
    ['UPSTREAM_URL', 'http://legacy?x', /such as http:/],
    ['ISSUER', undefined, /is not set/],
    ['ISSUER', 'login.example.com', /such as https:/],
    ['ISSUER', 'http://login.example.com', /use an https URL/],
    ['AUDIENCE', ' ', /is not set/],
    ['INTROSPECTION_URL', 'introspect', /such as https:/],
    ['INTROSPECTION_CLIENT_ID', undefined, /is not set/],
    ['INTROSPECTION_CLIENT_SECRET', ' ', /is not set/],
    ['TLS_PORT', 'https', /whole number/],
    ['TLS_KEY', undefined, /is not set/],
    ['CLIENT_CRL', ' ', /is not set/],
    ['PARTNERS', '/nonexistent/partners.json', /read as JSON/],
    ['SEALING_KEYS', 'c2hvcnQ=', /openssl rand -base64 32/],
    ['SIGNATURE_KEYS', '/nonexistent/keys.json', /read as JSON/],
    ['PUBLIC_ORIGINS', 'https://api.example.com/', /origins such as https:/],
    ['PUBLIC_ORIGINS', 'api.example.com', /origins such as https:/],
    ['PUBLIC_ORIGINS', 'http://api.example.com', /origins such as https:.*, http only on this machine/],
    ['INTROSPECTION_URL', 'http://login.example.com/introspect', /use an https URL/],
    ['PORT', 'http', /whole number from 0 to 65535/],
    ['PORT', '70000', /whole number from 0 to 65535/],
    ['PORT', '-1', /whole number/],
    ['UPSTREAM_TIMEOUT_MS', '0', /whole number from 1/],
    ['KEY_STORE', '/nonexistent/keys.sqlite', /create \/nonexistent first/],
    ['GATEWAY_HOSTS', 'api.example.com:8080', /host names without ports/],
    ['GATEWAY_HOSTS', '*', /host names without ports/],
    ['TRUSTED_PROXIES', 'true', /IP addresses or networks/],
    ['TRUSTED_PROXIES', '10.0.0.0/33', /IP addresses or networks/],
    ['TRUSTED_PROXIES', '10.0.0.0/', /IP addresses or networks/],
  ]
  for (const [name, value, remedy] of WRONG) {
    test(`${name}=${value ?? '(not set)'}`, () => {
      assert.throws(
        () => readConfig({ ...REQUIRED, ...INTROSPECTION, ...TLS, [name]: value }),
        (error: Error) => {
          assert.match(error.message, new RegExp(`^${name} [^\n]+$`))
          assert.match(error.message, remedy)
          return true
        },
      )
    })
  }
})
