import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { TokenMemory } from '../../../../lib/authenticate/access-token/token-memory.ts'
import { authenticated, rejected } from '../../../../lib/authenticate/authenticator.ts'
import { isPrincipal } from '../../../../lib/principal.ts'
import type { CachedToken, TokenCache } from '../../../../lib/store/token-cache.ts'
import { NOW } from '../../../support/access-token.ts'
import { atOnce, errorIn, principal, principalIn } from '../../../support/outcomes.ts'
import { untyped } from '../../../support/refused-option.ts'
import { asyncTokenCache, carelessTokenCache } from '../../../support/token-cache-spies.ts'

const entryOf = (subject: string): CachedToken => ({
  ...{ principal: principal({ subject }), keyId: 'key-1', rulesId: 'rules-1', expiresAt: NOW + 60 },
})

/** A memory, and how often it had to verify: each token is good, and names whom it says. */
function made(cache: TokenCache = carelessTokenCache(), isGood: (entry: CachedToken) => boolean = () => true) {
  const memory = new TokenMemory({ cache, prefix: 'token:test:', isGood })
  const verified: string[] = []
  const ask = (token: string, connection?: object) =>
    memory.answer(token, connection, (text, cacheKey) => {
      verified.push(text)
      if (text === 'bad') return rejected('bad')
      const entry = entryOf(text)
      memory.remember(cacheKey, entry)
      return authenticated(entry.principal)
    })
  return { ask, verified }
}

test('what was verified is not verified again, and is answered at once', () => {
  const { ask, verified } = made()
  for (let round = 0; round < 3; round++) assert.equal(atOnce(ask('alice')).outcome, 'authenticated')
  assert.deepEqual(verified, ['alice'])
})

test('tokens are told apart, and the bad are not remembered', async () => {
  const { ask, verified } = made()
  for (const token of ['alice', 'bob', 'bad', 'bad', 'alice']) {
    const answer = ask(token)
    if (token === 'bad') await errorIn(answer)
    else assert.equal((await principalIn(answer)).subject, token)
  }
  assert.deepEqual(verified, ['alice', 'bob', 'bad', 'bad'])
})

test('a name in the cache is the prefix and the SHA-256 of the token, never the token', () => {
  const cache = carelessTokenCache()
  made(cache).ask('a-token-that-nobody-may-see')
  assert.deepEqual(
    [...cache.entries.keys()].map((key) => key.replace(/[\w-]{43}$/, '#')),
    ['token:test:#'],
  )
  assert.ok(![...cache.entries.keys()].join().includes('nobody'))
})

test('what no longer counts is verified anew, on a known connection too', () => {
  let isGood = true
  const { ask, verified } = made(carelessTokenCache(), () => isGood)
  const connection = {}
  for (let round = 0; round < 3; round++) ask('alice', connection)
  isGood = false
  ask('alice', connection)
  ask('alice')
  assert.deepEqual(verified, ['alice', 'alice', 'alice'])
})

suite('the last token of a connection', () => {
  test('needs no cache', () => {
    const cache = carelessTokenCache()
    let reads = 0
    const counting: TokenCache = {
      ...cache,
      get: (key) => {
        reads++
        return cache.get(key)
      },
    }
    const { ask } = made(counting)
    const connection = {}
    for (let round = 0; round < 10; round++) ask('alice', connection)
    assert.equal(reads, 2)
  })

  test('lends itself to no other token, nor to another connection', async () => {
    const { ask, verified } = made({ get: () => undefined, set: () => undefined })
    const connection = {}
    for (const token of ['alice', 'alicf', 'alice ', 'Alice', '']) {
      assert.equal((await errorIn(ask('bad', connection))).reason, 'bad')
      if (token !== '') ask(token.trim(), connection)
    }
    ask('alice', {})
    assert.equal(verified.length, 5 + 4 + 1)
  })

  test('is only what a connection has shown', async () => {
    const { ask } = made()
    const [first, second] = [{}, {}]
    ask('alice', first)
    ask('alice', first)
    assert.equal((await errorIn(ask('bad', first))).reason, 'bad')
    assert.equal((await principalIn(ask('bob', second))).subject, 'bob')
    assert.equal((await principalIn(ask('alice', first))).subject, 'alice')
  })
})

suite('a cache that', () => {
  const fail = (): never => {
    throw new Error('down')
  }
  const caches: Readonly<Record<string, TokenCache>> = {
    throws: { get: fail, set: fail },
    rejects: { get: async () => fail(), set: async () => fail() },
    'rejects with nothing': {
      get: () => Promise.reject(undefined),
      set: () => Promise.reject(undefined),
    },
    'only writes': { get: async () => fail(), set: () => undefined },
    forgets: { get: () => undefined, set: () => undefined },
    'answers null': untyped({ get: () => null, set: () => undefined }),
    'answers text': untyped({ get: () => 'entry', set: () => undefined }),
    'answers a text later': untyped({ get: async () => 'entry', set: () => undefined }),
    'answers an empty entry': untyped({ get: () => ({}), set: () => undefined }),
    'answers a principal that is none': untyped({
      get: async () => ({ ...entryOf('x'), principal: { kind: 'user', subject: 'a\nb', method: 'jwt' } }),
      set: () => undefined,
    }),
    'answers another promise': untyped({
      // biome-ignore lint/suspicious/noThenProperty: a promise of another library is what is tried
      get: () => ({ then: (resolve: (value: undefined) => void) => resolve(undefined) }),
      // biome-ignore lint/suspicious/noThenProperty: a promise of another library is what is tried
      set: () => ({ then: (_resolve: unknown, reject: (error: Error) => void) => reject(new Error('down')) }),
    }),
  }
  for (const [name, cache] of Object.entries(caches)) {
    test(`${name} has forgotten: each time is the first`, async () => {
      const { ask, verified } = made(cache)
      for (let round = 0; round < 2; round++) assert.equal((await principalIn(ask('alice'))).subject, 'alice')
      await turn()
      assert.deepEqual(verified, ['alice', 'alice'])
    })
  }

  test('answers later makes real principals of what it has', async () => {
    const texts = new Map<string, string>()
    const { ask, verified } = made({
      get: async (key) => JSON.parse(texts.get(key) ?? 'null') ?? undefined,
      set: async (key, entry) => void texts.set(key, JSON.stringify(entry)),
    })
    await principalIn(ask('alice'))
    const revived = await principalIn(ask('alice'))
    assert.ok(isPrincipal(revived))
    assert.equal(revived.subject, 'alice')
    assert.deepEqual(verified, ['alice'])
  })

  test('says nothing is waited for 250 ms, and writing is waited for by nobody', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const silent = () => new Promise<never>(() => undefined)
    const { ask, verified } = made({ get: silent, set: silent })
    const answer = ask('alice')
    context.mock.timers.tick(249)
    await turn()
    assert.deepEqual(verified, [])
    context.mock.timers.tick(1)
    await principalIn(answer)
    assert.deepEqual(verified, ['alice'])
  })

  test('answers later serves many at once', async () => {
    const cache = asyncTokenCache(carelessTokenCache())
    const { ask } = made(cache)
    const names = Array.from({ length: 100 }, (_, index) => `user-${index % 10}`)
    const found = await Promise.all(names.map(async (name) => (await principalIn(ask(name, {}))).subject))
    assert.deepEqual(found, names)
  })
})
