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

const SECRET = 'a secret of at least thirty-two bytes'
const SHARED = { REDIS_URL: 'redis://127.0.0.1:6379', TOKEN_CACHE_SECRET: SECRET }

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
    metricsPort: undefined,
    routesFile: resolve('examples/gateway/routes.yaml'),
    adminNetworks: undefined,
    businessHours: undefined,
    limits: { networkPerMinute: 6_000, clientPerMinute: 1_200 },
    opaUrl: undefined,
    databaseUrl: undefined,
    redisUrl: undefined,
    tokenCacheSecret: undefined,
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
    METRICS_PORT: '9464',
    ROUTES: '/etc/gateway/routes.yaml',
    ADMIN_NETWORKS: '10.0.0.0/8, 2001:db8::/32',
    MAINTENANCE_ZONE: 'Europe/Berlin',
    MAINTENANCE_HOURS: '08:00-12:00,13:00-24:00',
    NETWORK_LIMIT: '100',
    CLIENT_LIMIT: '10',
    OPA_URL: 'http://127.0.0.1:8181/',
    DATABASE_URL: 'postgres://gateway:secret@db/gateway',
    REDIS_URL: 'rediss://cache:6380',
    TOKEN_CACHE_SECRET: SECRET,
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
    metricsPort: 9464,
    routesFile: '/etc/gateway/routes.yaml',
    adminNetworks: ['10.0.0.0/8', '2001:db8::/32'],
    businessHours: {
      zone: 'Europe/Berlin',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      hours: ['08:00-12:00', '13:00-24:00'],
    },
    limits: { networkPerMinute: 100, clientPerMinute: 10 },
    opaUrl: 'http://127.0.0.1:8181',
    databaseUrl: 'postgres://gateway:secret@db/gateway',
    redisUrl: 'rediss://cache:6380',
    tokenCacheSecret: SECRET,
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
    ['METRICS_PORT', 'on', /whole number from 0 to 65535/],
    ['ADMIN_NETWORKS', 'office', /IP addresses or networks/],
    ['MAINTENANCE_ZONE', '+02:00', /such as Europe\/Berlin/],
    ['MAINTENANCE_ZONE', 'Europe/Nowhere', /such as Europe\/Berlin/],
    ['MAINTENANCE_HOURS', '9-17', /hours such as 09:00-12:00/],
    ['MAINTENANCE_HOURS', '17:00-17:00', /hours such as 09:00-12:00/],
    ['NETWORK_LIMIT', '0', /whole number from 1/],
    ['CLIENT_LIMIT', 'none', /whole number from 1/],
    ['OPA_URL', '127.0.0.1:8181', /such as http:/],
    ['OPA_URL', 'http://opa.internal:8181', /use an https URL/],
    ['DATABASE_URL', 'mysql://secret@db', /set it to one like postgres:/],
    ['REDIS_URL', '127.0.0.1:6379', /set it to one like redis:/],
    ['REDIS_URL', undefined, /is not set/],
    ['TOKEN_CACHE_SECRET', 'secret', /openssl rand -base64 32/],
  ]
  for (const [name, value, remedy] of WRONG) {
    test(`${name}=${value ?? '(not set)'}`, () => {
      assert.throws(
        () => readConfig({ ...REQUIRED, ...INTROSPECTION, ...TLS, ...SHARED, [name]: value }),
        (error: Error) => {
          assert.match(error.message, new RegExp(`^${name} [^\n]+$`))
          assert.match(error.message, remedy)
          assert.doesNotMatch(error.message, /secret@/)
          return true
        },
      )
    })
  }
})
