import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { memoryKeyStore, memoryTokenCache } from '../../../lib/store/memory.ts'
import { tokenCacheContract } from '../../contract/token-cache.ts'
import { NOW } from '../../support/access-token.ts'
import { keyRecord } from '../../support/key-record.ts'
import { atOnce, principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { asyncTokenCache } from '../../support/token-cache-spies.ts'

tokenCacheContract('memoryTokenCache', (now) => memoryTokenCache({ now }))
// The contract holds for a cache in the network just as well.
tokenCacheContract('memoryTokenCache behind promises', async (now) => asyncTokenCache(memoryTokenCache({ now })))

test('a key store may begin with records, each once', () => {
  const record = keyRecord({ owner: 'partner' })
  assert.equal(atOnce(memoryKeyStore([record]).findById(record.id))?.owner, 'partner')
  assert.throws(() => memoryKeyStore([record, record]), /there already/)
})

suite('memoryTokenCache', () => {
  const entry = { principal: principal(), rulesId: 'rules-1', expiresAt: NOW + 60 }

  test('is bounded: what was used least recently goes', () => {
    const cache = memoryTokenCache({ maxEntries: 2, now: () => NOW })
    cache.set('one', entry)
    cache.set('two', entry)
    cache.get('one')
    cache.set('three', entry)
    assert.ok(cache.get('one'))
    assert.equal(cache.get('two'), undefined)
    assert.ok(cache.get('three'))
  })

  test('answers at once', () => {
    const cache = memoryTokenCache({ now: () => NOW })
    atOnce(cache.set('k', entry))
    assert.equal(atOnce(cache.get('k')), entry)
  })

  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{ max: 1 }, 'unknown option "max"'],
    [{ ttl: 1 }, 'unknown option "ttl"'],
    [{ maxEntries: 0 }, '"maxEntries"'],
    [{ maxEntries: Number.POSITIVE_INFINITY }, '"maxEntries"'],
    [{ maxEntries: '10' }, '"maxEntries"'],
    [{ now: 1 }, '"now"'],
    [null, 'object'],
  ]
  for (const [options, ...words] of refused) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => memoryTokenCache(untyped(options)), 'memoryTokenCache', ...words)
    })
  }
})
