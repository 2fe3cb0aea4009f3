import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { TOKEN_OPTIONS, type TokenOptions, tokenSettings } from '../../../../lib/authenticate/access-token/options.ts'
import { systemClock } from '../../../../lib/effects.ts'
import { NOW } from '../../../support/access-token.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const settings = (options: TokenOptions = {}) => tokenSettings('test', options)

test('what is not said is the usual: memory, five minutes, no proofs, nothing revoked', async () => {
  const { cache, cacheTtlSeconds, dpop, revocations, challenge, fetch, now, warn } = settings()
  assert.deepEqual([cacheTtlSeconds, dpop, revocations, challenge], [300, undefined, undefined, { realm: 'api' }])
  assert.deepEqual([fetch, now], [globalThis.fetch, systemClock])
  const entry = { principal: principal(), rulesId: 'r', expiresAt: systemClock() + 60 }
  atOnce(cache.set('k', entry))
  assert.equal(cache.get('k'), entry)
  const warned = once(process, 'warning')
  warn('a test')
  assert.equal(((await warned) as [Error])[0].message, 'a test')
})

test('the cache of each is its own, and lives by the clock that is given', () => {
  const first = settings({ now: () => NOW })
  const entry = { principal: principal(), rulesId: 'r', expiresAt: NOW + 1 }
  atOnce(first.cache.set('k', entry))
  assert.equal(first.cache.get('k'), entry)
  assert.equal(settings({ now: () => NOW }).cache.get('k'), undefined)
})

test('what is said is taken', () => {
  const given = {
    cache: { get: () => undefined, set: () => undefined, delete: () => undefined },
    dpop: { algorithms: [], verify: () => undefined },
    revocations: { covers: () => false, revoke: () => undefined },
    ...{ cacheTtlSeconds: 1, fetch, now: () => NOW, warn: () => undefined },
  }
  const resourceMetadata = 'https://api.example.test/.well-known/oauth-protected-resource'
  const { challenge, ...rest } = settings({ ...given, resourceMetadata, realm: 'orders' })
  assert.deepEqual(rest, given)
  assert.deepEqual(challenge, { realm: 'orders', resource_metadata: resourceMetadata })
})

suite('refused', () => {
  const refused: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ now: 0 }, '"now"'],
    [{ fetch: 'x' }, '"fetch"'],
    [{ warn: null }, '"warn"'],
    [{ cacheTtlSeconds: 0 }, '"cacheTtlSeconds"'],
    [{ cacheTtlSeconds: Number.POSITIVE_INFINITY }, '"cacheTtlSeconds"'],
    [{ realm: '' }, '"realm"'],
    [{ resourceMetadata: '/.well-known/x' }, '"resourceMetadata"'],
    [{ resourceMetadata: '' }, '"resourceMetadata"'],
    [{ cache: {} }, '"cache"'],
    [{ cache: 'redis://x' }, '"cache"'],
    [{ dpop: true }, '"dpop"'],
    [{ dpop: null }, '"dpop"'],
    [{ revocations: [] }, '"revocations"'],
    [{ revocations: null }, '"revocations"'],
  ]
  for (const [options, word] of refused) {
    test(JSON.stringify(options), () => assertRefusedOption(() => settings(untyped(options)), 'test', word))
  }
})

test('the names of the options are these', () => {
  assert.equal(new Set(TOKEN_OPTIONS).size, TOKEN_OPTIONS.length)
  for (const name of ['cache', 'dpop', 'revocations', 'now']) assert.ok(TOKEN_OPTIONS.includes(name))
})
