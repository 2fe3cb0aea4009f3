import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../../lib/api-key.ts'
import { type ApiKeyOptions, apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import type { Authentication } from '../../../lib/authenticate/authenticator.ts'
import type { ApiKeyRecord } from '../../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { keyRecord } from '../../support/key-record.ts'
import { keyRequest } from '../../support/key-request.ts'
import { testClock } from '../../support/test-clock.ts'
import { watchedKeyStore } from '../../support/watched-key-store.ts'

const KEY = generateApiKey('sk', 'live')
const ACCEPTS_LIVE = { environments: ['live'] }

function recordOf(key: string, fields: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return keyRecord({ hash: hashApiKey(key), ...fields })
}

function authenticatorFor(fields: Partial<ApiKeyRecord> = {}, options: Partial<ApiKeyOptions> = {}) {
  return apiKeyAuthenticator({ keys: memoryKeyStore([recordOf(KEY, fields)]), ...ACCEPTS_LIVE, ...options })
}

function told(answer: Authentication): string {
  if (answer.outcome === 'rejected') return `${answer.error.status} ${answer.error.reason}`
  return answer.outcome
}

test('a good key is a client principal with what the key may do', async () => {
  const fields = {
    id: 'key_1',
    owner: 'acme',
    scopes: ['a'],
    roles: ['r'],
    tenantId: 't',
    tier: 'gold',
    expiresAt: 9e9,
  }
  const answer = await authenticatorFor(fields).authenticate(keyRequest(KEY))
  assert.ok(answer.outcome === 'authenticated')
  assert.deepEqual(
    { ...answer.principal, claims: {} },
    {
      kind: 'client',
      subject: 'acme',
      clientId: 'acme',
      method: 'api-key',
      tenantId: 't',
      tier: 'gold',
      roles: ['r'],
      scopes: ['a'],
      credentialId: 'key_1',
      expiresAt: 9e9,
      claims: {},
    },
  )
})

test('a key that acts for a user is a user principal, and still names its client', async () => {
  const answer = await authenticatorFor({ userId: 'u-1', owner: 'acme' }).authenticate(keyRequest(KEY))
  assert.ok(answer.outcome === 'authenticated')
  const { kind, subject, clientId } = answer.principal
  assert.deepEqual({ kind, subject, clientId }, { kind: 'user', subject: 'u-1', clientId: 'acme' })
})

test('a store that answers at once is answered at once', () => {
  assert.equal(authenticatorFor().authenticate(keyRequest(KEY)) instanceof Promise, false)
})

test('no key is not a bad key', async () => {
  assert.equal(told(await authenticatorFor().authenticate(keyRequest(undefined))), 'absent')
})

test('the event says why a key is bad', async () => {
  const clock = testClock(1_000)
  const ended: [string, Partial<ApiKeyRecord>][] = [
    ['401 revoked', { revokedAt: 999 }],
    ['401 revoked', { revokedAt: 2_000 }],
    ['401 expired', { expiresAt: 1_000 }],
    ['401 rotated', { replacedBy: 'x', graceUntil: 1_000 }],
    ['401 environment', { environment: 'test' }],
  ]
  for (const [expected, fields] of ended) {
    const answer = await authenticatorFor(fields, { now: clock.now }).authenticate(keyRequest(KEY))
    assert.equal(told(answer), expected)
  }
  const unknown = await authenticatorFor({}, { now: clock.now }).authenticate(keyRequest(generateApiKey('sk', 'live')))
  assert.equal(told(unknown), '401 unknown')
})

test('a key works up to its last moment', async () => {
  const clock = testClock(1_000)
  const authenticator = authenticatorFor({ expiresAt: 2_000, replacedBy: 'x', graceUntil: 1_500 }, { now: clock.now })
  clock.at = 1_499.999
  assert.equal(told(await authenticator.authenticate(keyRequest(KEY))), 'authenticated')
  clock.at = 1_500
  assert.equal(told(await authenticator.authenticate(keyRequest(KEY))), '401 rotated')
})

test('a key of another environment or prefix, with a typo, or of another form, dies before the store is asked', async () => {
  const watched = watchedKeyStore()
  const authenticator = apiKeyAuthenticator({ keys: watched.store, ...ACCEPTS_LIVE, guesses: false })
  const bad = [generateApiKey('sk', 'test'), generateApiKey('pk', 'live'), `${KEY.slice(0, -1)}?`, '', 'x', `${KEY} `]
  const typo = KEY.slice(0, 10) + (KEY[10] === 'a' ? 'b' : 'a') + KEY.slice(11)
  for (const key of [...bad, typo, 'é'.repeat(46), KEY.repeat(10_000)]) {
    assert.match(told(await authenticator.authenticate(keyRequest(key))), /^401 (format|environment)$/)
  }
  assert.equal(watched.lookUps, 0)
})

test('a boundary may accept several environments', async () => {
  const authenticator = authenticatorFor({}, { environments: ['test', 'live'] })
  assert.equal(told(await authenticator.authenticate(keyRequest(KEY))), 'authenticated')
})

test('with foreign keys, ours must still have a good checksum, and junk still dies early', async () => {
  const watched = watchedKeyStore()
  const options = { keys: watched.store, ...ACCEPTS_LIVE, foreignKeys: true, guesses: false } as const
  const authenticator = apiKeyAuthenticator(options)
  const junk = [
    'short',
    'x'.repeat(257),
    'with space in the middle',
    'ümläut-ümläut-ümläut',
    `sk_live_${'a'.repeat(38)}`,
  ]
  for (const key of junk) assert.equal(told(await authenticator.authenticate(keyRequest(key))), '401 format')
  assert.equal(watched.lookUps, 0)
  await authenticator.authenticate(keyRequest('x'.repeat(16)))
  assert.equal(watched.lookUps, 1)
})

test('headers and scheme are configurable; two keys at once are ambiguous', async () => {
  const authenticator = authenticatorFor({}, { headers: ['X-Partner-Key', 'X-Api-Key'], scheme: 'ApiKey' })
  assert.deepEqual(authenticator.sources, [
    { header: 'x-partner-key' },
    { header: 'x-api-key' },
    { header: 'authorization', scheme: 'ApiKey' },
  ])
  const by = (header: string, value: string) => authenticator.authenticate(keyRequest(value, { header }))
  assert.equal(told(await by('x-partner-key', KEY)), 'authenticated')
  assert.equal(told(await by('authorization', `apikey ${KEY}`)), 'authenticated')
  assert.equal(told(await by('authorization', KEY)), 'absent')
  assert.equal(told(await by('authorization', `Bearer ${KEY}`)), 'absent')
  const twice = { ...keyRequest(KEY), credential: (name: string) => (name === 'authorization' ? undefined : KEY) }
  assert.equal(told(await authenticator.authenticate(twice)), '400 two credentials')
})

test('an unusable record is refused, not coerced', async () => {
  assert.equal(
    told(await authenticatorFor({ roles: ['a,b'] }).authenticate(keyRequest(KEY))),
    '401 roles cannot be represented',
  )
})

test('wrong options are refused at boot, in words', () => {
  const keys = memoryKeyStore()
  const wrong: [object, RegExp][] = [
    [{ ...ACCEPTS_LIVE }, /"keys" must be a KeyStore/],
    [{ keys }, /"environments" must be a list of at least one/],
    [{ keys, environments: [] }, /"environments"/],
    [{ keys, environments: ['Live'] }, /"environments" must be a lower-case word/],
    [{ keys, ...ACCEPTS_LIVE, header: 'X-Key' }, /unknown option "header". Did you mean "headers"/],
    [{ keys, ...ACCEPTS_LIVE, headers: ['Authorization'] }, /for Authorization, set "scheme"/],
    [{ keys, ...ACCEPTS_LIVE, headers: ['X Key'] }, /"headers" holds no header name/],
    [{ keys, ...ACCEPTS_LIVE, scheme: 'Bearer' }, /Bearer is for access tokens/],
    [{ keys, ...ACCEPTS_LIVE, prefix: '' }, /"prefix"/],
    [{ keys, ...ACCEPTS_LIVE, peppers: [new Uint8Array(16)] }, /at least 32 bytes/],
    [{ keys, ...ACCEPTS_LIVE, deadlineMs: 0 }, /"deadlineMs"/],
    [{ keys, ...ACCEPTS_LIVE, foreignKeys: 'yes' }, /"foreignKeys" must be true or false/],
    [{ keys, ...ACCEPTS_LIVE, guesses: { limit: 0 } }, /"limit"/],
    [{ keys, ...ACCEPTS_LIVE, usage: {} }, /"usage.note" must be a function/],
  ]
  for (const [options, message] of wrong) {
    assert.throws(() => apiKeyAuthenticator(options as ApiKeyOptions), { name: 'TypeError', message })
  }
})
