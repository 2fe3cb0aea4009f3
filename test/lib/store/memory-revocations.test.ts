import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { memoryRevocationStore } from '../../../lib/store/memory-revocations.ts'
import {
  type MakeRevocationStore,
  revocationStoreContract,
  revocationSubscriptionContract,
} from '../../contract/revocation-store.ts'
import { NOW } from '../../support/access-token.ts'
import { atOnce } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { tokenRevocation } from '../../support/revocations.ts'

const make: MakeRevocationStore = async () => {
  const store = memoryRevocationStore()
  return { store, other: store, close: async () => undefined }
}

revocationStoreContract('memory', make, { many: 50_000 })
revocationSubscriptionContract('memory', make)

suite('memoryRevocationStore', () => {
  test('answers at once', () => {
    const store = memoryRevocationStore()
    atOnce(store.append(tokenRevocation('t1')))
    assert.equal(atOnce(store.read('', 10)).revocations.length, 1)
  })

  test('is bounded: a full one refuses, and forgets nothing that is still needed', () => {
    const store = memoryRevocationStore({ maxEntries: 2 })
    store.append(tokenRevocation('t1', NOW))
    store.append(tokenRevocation('t2'))
    assert.throws(() => store.append(tokenRevocation('t3')), DependencyError)
    assert.equal(atOnce(store.read('', 10)).revocations.length, 2)
    store.purge(NOW)
    store.append(tokenRevocation('t3'))
    assert.throws(() => store.append(tokenRevocation('t4')), DependencyError)
  })

  test('what was appended is not changed by whoever has it', () => {
    const store = memoryRevocationStore()
    const revocation = { kind: 'token' as const, tokenId: 't1', expiresAt: NOW }
    store.append(revocation)
    revocation.tokenId = 't2'
    const [kept] = atOnce(store.read('', 1)).revocations
    assert.deepEqual(kept, { kind: 'token', tokenId: 't1', expiresAt: NOW })
    assert.ok(Object.isFrozen(kept))
  })

  for (const [options, ...words] of [
    [{ max: 1 }, 'unknown option "max"'],
    [{ maxEntries: 0 }, '"maxEntries"'],
    [{ maxEntries: Number.NaN }, '"maxEntries"'],
    [null, 'object'],
  ] as const) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => memoryRevocationStore(untyped(options)), 'memoryRevocationStore', ...words)
    })
  }
})
