import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey } from '../../../lib/api-key.ts'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import { apiKeysFixture, granted, pepperOf } from '../../support/api-keys-fixture.ts'
import { keyRequest } from '../../support/key-request.ts'

const FOREIGN = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890'
const FIELDS = { owner: 'legacy-client', environment: 'live', scopes: ['orders:read'] }

test('a key of another system is taken over by its hash alone', async () => {
  const { keys, store, clock } = apiKeysFixture()
  const record = granted(await keys.import(hashApiKey(FOREIGN), FIELDS))
  assert.equal(record.hash, hashApiKey(FOREIGN))
  const options = { keys: store, environments: ['live'], now: clock.now }
  const foreign = await apiKeyAuthenticator({ ...options, foreignKeys: true }).authenticate(keyRequest(FOREIGN))
  assert.equal(foreign.outcome === 'authenticated' && foreign.principal.subject, 'legacy-client')
  const strict = await apiKeyAuthenticator(options).authenticate(keyRequest(FOREIGN))
  assert.equal(strict.outcome, 'rejected')
})

test('imported keys work beside peppered ones', async () => {
  const peppers = [pepperOf(1)]
  const { keys, store, clock } = apiKeysFixture({ peppers })
  granted(await keys.import(hashApiKey(FOREIGN), FIELDS))
  const { key } = granted(await keys.create(FIELDS))
  const options = { keys: store, environments: ['live'], now: clock.now, peppers, foreignKeys: true }
  const authenticator = apiKeyAuthenticator(options)
  for (const each of [key, FOREIGN])
    assert.equal((await authenticator.authenticate(keyRequest(each))).outcome, 'authenticated')
})

test('the environment of an imported key is enforced, although the key does not show it', async () => {
  const { keys, store, clock } = apiKeysFixture()
  granted(await keys.import(hashApiKey(FOREIGN), { ...FIELDS, environment: 'test' }))
  const options = { keys: store, environments: ['live'], now: clock.now, foreignKeys: true }
  const answer = await apiKeyAuthenticator(options).authenticate(keyRequest(FOREIGN))
  assert.equal(answer.outcome === 'rejected' && answer.error.reason, 'environment')
})

test('what is no SHA-256 in lower-case hex is refused', async () => {
  const { keys } = apiKeysFixture()
  for (const hash of [
    '',
    FOREIGN,
    'A'.repeat(64),
    'a'.repeat(63),
    'a'.repeat(65),
    `${'a'.repeat(64)}\n`,
    'g'.repeat(64),
  ]) {
    const answer = await keys.import(hash, FIELDS)
    assert.equal('problem' in answer && answer.problem, 'invalid', hash)
  }
})

test('a hash is imported once', async () => {
  const { keys } = apiKeysFixture()
  granted(await keys.import(hashApiKey(FOREIGN), FIELDS))
  const again = await keys.import(hashApiKey(FOREIGN), { ...FIELDS, owner: 'mallory' })
  assert.equal('problem' in again && again.problem, 'duplicate')
})
