import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { KEY_SET_TIMES, type KeySetTimes, RemoteKeySet } from '../../../../lib/authenticate/jwt/remote-key-set.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { testClock } from '../../../support/clock.ts'
import { fakeIssuer } from '../../../support/fake-issuer.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const first = createSigningKey('ES256', 'first').jwk
const second = createSigningKey('ES256', 'second').jwk
const JWKS = 'https://issuer.example.test/jwks'

function setUp(times: KeySetTimes = {}, keys: readonly unknown[] = [first]) {
  const issuer = fakeIssuer({ '/jwks': { keys } })
  const clock = testClock()
  const warnings: string[] = []
  const keySet = new RemoteKeySet({
    ...KEY_SET_TIMES,
    ...times,
    locate: () => JWKS,
    fetch: issuer.fetch,
    now: clock.now,
    warn: (message) => void warnings.push(message),
  })
  const idOf = async (keyId: string) => (await keySet.find(keyId, 'ES256'))?.id
  return { issuer, clock, warnings, keySet, idOf }
}

/** Waits for the refresh that is under way: whoever asks for a key that is not known does. */
async function refreshed(keySet: RemoteKeySet): Promise<void> {
  await Promise.resolve(keySet.find('nobody', 'ES256')).catch(() => undefined)
}

/** Lets what fails at once come to its end. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await turn()
}

test('nothing is fetched before the first token', async () => {
  const { issuer } = setUp()
  await settle()
  assert.equal(issuer.asked.length, 0)
})

test('a known key is found at once, without a promise', async () => {
  const { keySet } = setUp()
  await keySet.find('first', 'ES256')
  assert.equal(atOnce(keySet.find('first', 'ES256'))?.keyId, 'first')
})

suite('one fetch at a time', () => {
  test('1,000 tokens at a cold start cause one fetch', async () => {
    const { issuer, keySet } = setUp()
    const found = await Promise.all(Array.from({ length: 1_000 }, () => keySet.find('first', 'ES256')))
    assert.equal(issuer.asked.length, 1)
    assert.ok(found.every((key) => key?.keyId === 'first'))
  })

  test('1,000 tokens at a cold start with the issuer down cause one fetch, and all are told', async () => {
    const { issuer, keySet } = setUp()
    issuer.setDown(true)
    const finds = Array.from({ length: 1_000 }, async () => keySet.find('first', 'ES256'))
    const results = await Promise.allSettled(finds)
    assert.equal(issuer.asked.length, 1)
    assert.ok(results.every((each) => each.status === 'rejected' && each.reason instanceof DependencyError))
  })

  test('1,000 different unknown kids cause one fetch', async () => {
    const { issuer, clock, keySet } = setUp()
    await keySet.find('first', 'ES256')
    clock.advance(31)
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => keySet.find(`junk-${index}`, 'ES256')))
    assert.equal(issuer.asked.length, 2)
  })
})

suite('an unknown kid', () => {
  test('waits out the cooldown after the last fetch', async () => {
    const { issuer, clock, keySet } = setUp()
    await keySet.find('first', 'ES256')
    issuer.answer('/jwks', { keys: [first, second] })
    clock.advance(29)
    assert.equal(atOnce(keySet.find('second', 'ES256')), undefined)
    assert.equal(issuer.asked.length, 1)
    clock.advance(1)
    assert.equal((await keySet.find('second', 'ES256'))?.keyId, 'second')
    assert.equal(issuer.asked.length, 2)
  })

  test('keeps nobody from the keys that are known, while it is looked for', async () => {
    const { issuer, clock, keySet } = setUp()
    await keySet.find('first', 'ES256')
    clock.advance(31)
    issuer.answer('/jwks', () => new Promise(() => undefined))
    Promise.resolve(keySet.find('junk', 'ES256')).catch(() => undefined)
    assert.equal(atOnce(keySet.find('first', 'ES256'))?.keyId, 'first')
  })

  test('that waits for a refresh in the background gets its answer', async () => {
    const { issuer, clock, keySet } = setUp()
    await keySet.find('first', 'ES256')
    issuer.answer('/jwks', { keys: [first, second] })
    clock.advance(301)
    atOnce(keySet.find('first', 'ES256'))
    assert.equal((await keySet.find('second', 'ES256'))?.keyId, 'second')
    assert.equal(issuer.asked.length, 2)
  })

  test('is not called unknown while the issuer cannot be asked: it is no bad token', async () => {
    const { issuer, clock, keySet } = setUp()
    await keySet.find('first', 'ES256')
    issuer.setDown(true)
    clock.advance(31)
    await assert.rejects(async () => keySet.find('second', 'ES256'), DependencyError)
    await assert.rejects(async () => keySet.find('second', 'ES256'), DependencyError, 'and so until the next try')
  })
})

suite('an issuer that is down', () => {
  test('at the start and comes up: the keys are there after the wait for the next try', async () => {
    const { issuer, clock, keySet } = setUp()
    issuer.setDown(true)
    await assert.rejects(async () => keySet.find('first', 'ES256'), DependencyError)
    issuer.setDown(false)
    await assert.rejects(async () => keySet.find('first', 'ES256'), DependencyError)
    assert.equal(issuer.asked.length, 1)
    clock.advance(1)
    assert.equal((await keySet.find('first', 'ES256'))?.keyId, 'first')
  })

  test('after the start: known keys work for a bounded time, then it is an outage', async () => {
    const { issuer, clock, keySet, warnings } = setUp()
    const id = (await keySet.find('first', 'ES256'))?.id ?? ''
    issuer.setDown(true)
    for (let age = 0; age < 3_600; age += 300) {
      assert.equal(atOnce(keySet.find('first', 'ES256'))?.keyId, 'first', `${age} s old`)
      assert.ok(keySet.holds(id))
      await settle()
      clock.advance(300)
    }
    assert.ok(!keySet.holds(id))
    await assert.rejects(async () => keySet.find('first', 'ES256'), DependencyError)
    assert.ok(warnings.length > 0)
    issuer.setDown(false)
    clock.advance(1)
    assert.equal((await keySet.find('first', 'ES256'))?.keyId, 'first')
  })

  test('is not asked again before the wait is over, however many tokens come', async () => {
    const { issuer, clock, keySet } = setUp({ retryAfterSeconds: 10 })
    issuer.setDown(true)
    for (let second = 0; second < 10; second++) {
      await assert.rejects(async () => keySet.find('first', 'ES256'), DependencyError)
      clock.advance(0.99)
    }
    assert.equal(issuer.asked.length, 1)
  })
})

suite('a refresh ahead', () => {
  test('happens in the background, at the next use', async () => {
    const { issuer, clock, keySet } = setUp()
    await keySet.find('first', 'ES256')
    issuer.answer('/jwks', { keys: [second] })
    clock.advance(299)
    atOnce(keySet.find('first', 'ES256'))
    assert.equal(issuer.asked.length, 1)
    clock.advance(1)
    assert.equal(atOnce(keySet.find('first', 'ES256'))?.keyId, 'first')
    await refreshed(keySet)
    assert.equal(issuer.asked.length, 2)
    assert.equal(atOnce(keySet.find('second', 'ES256'))?.keyId, 'second')
    assert.equal(atOnce(keySet.find('first', 'ES256')), undefined)
  })

  test('is started by cached tokens too, and tells when their key has left', async () => {
    const { issuer, clock, keySet, idOf } = setUp()
    const id = (await idOf('first')) ?? ''
    issuer.answer('/jwks', { keys: [second] })
    clock.advance(300)
    assert.ok(keySet.holds(id))
    await refreshed(keySet)
    assert.ok(!keySet.holds(id))
  })

  test('that fails is told, and leaves the known keys', async () => {
    const { issuer, clock, keySet, warnings } = setUp()
    await keySet.find('first', 'ES256')
    issuer.setDown(true)
    clock.advance(300)
    atOnce(keySet.find('first', 'ES256'))
    await refreshed(keySet)
    assert.deepEqual(warnings, ['key set: gave no usable answer'])
    assert.equal(atOnce(keySet.find('first', 'ES256'))?.keyId, 'first')
  })
})

suite('a document', () => {
  const bad: Readonly<Record<string, unknown>> = {
    'without keys': {},
    'with no usable key': { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] },
    'with an empty list': { keys: [] },
    'that is a list': [first],
    'that is null': null,
    'with keys without end': {
      keys: Array.from({ length: 256 }, (_, index) => ({ ...second, kid: `k${index}` })).concat(first),
    },
  }
  for (const [name, document] of Object.entries(bad)) {
    test(`${name} is an outage, and replaces no known keys`, async () => {
      const { issuer, clock, keySet } = setUp()
      await keySet.find('first', 'ES256')
      issuer.answer('/jwks', document)
      clock.advance(300)
      atOnce(keySet.find('first', 'ES256'))
      await refreshed(keySet)
      assert.equal(atOnce(keySet.find('first', 'ES256'))?.keyId, 'first')
      issuer.answer('/jwks', document)
      await assert.rejects(async () => setUp({}, []).keySet.find('first', 'ES256'), DependencyError)
    })
  }

  test('may hold 256 keys', async () => {
    const many = Array.from({ length: 255 }, (_, index) => ({ ...second, kid: `k${index}` }))
    assert.equal((await setUp({}, [...many, first]).keySet.find('first', 'ES256'))?.keyId, 'first')
    await assert.rejects(async () => setUp({}, [...many, second, first]).keySet.find('first', 'ES256'), {
      message: 'key set: holds 257 keys, more than 256',
    })
  })

  test('with some unusable keys serves the others, and warns once per change', async () => {
    const junk = [
      { kty: 'RSA', n: '!!', e: 'AQAB', kid: 'broken' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'off-curve' },
      { kty: 'unknown', kid: 'unknown' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'symmetric' },
      { ...second, kid: 'encrypts', use: 'enc' },
      { ...second, kid: 'hmac', alg: 'HS256' },
      'junk',
    ]
    const { issuer, clock, keySet, warnings } = setUp({}, [...junk, first])
    assert.equal((await keySet.find('first', 'ES256'))?.keyId, 'first')
    assert.equal(warnings.length, 1)
    for (const name of ['broken', 'off-curve', 'unknown', 'symmetric', 'encrypts', 'hmac']) {
      assert.ok(warnings[0]?.includes(`"${name}"`), `${warnings[0]} names ${name}`)
    }
    clock.advance(300)
    atOnce(keySet.find('first', 'ES256'))
    await refreshed(keySet)
    assert.equal(issuer.asked.length, 2)
    assert.equal(warnings.length, 1)
  })

  test('may hold every kind of key, with and without alg and kid', async () => {
    const kinds = (['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const).map(
      (each) => createSigningKey(each, each).jwk,
    )
    const { alg: _alg, ...withoutAlg } = createSigningKey('RS256', 'no-alg').jwk
    const { keySet } = setUp({}, [...kinds, withoutAlg])
    for (const { kid, alg } of kinds) assert.equal((await keySet.find(kid, alg as 'ES256'))?.keyId, kid)
    assert.equal((await keySet.find('no-alg', 'PS512'))?.keyId, 'no-alg')
    const { kid: _kid, ...withoutKid } = first
    assert.ok(await setUp({}, [withoutKid]).keySet.find(undefined, 'ES256'))
  })
})
