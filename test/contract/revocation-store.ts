import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Revocation } from '../../lib/store/revocation-list.ts'
import type { RevocationStore } from '../../lib/store/revocation-store.ts'
import { NOW } from '../support/access-token.ts'
import { EVERY_KIND, tokenRevocation } from '../support/revocations.ts'

export interface RevocationStoreUnderTest {
  /** Empty at first. */
  readonly store: RevocationStore
  /** Another instance on the same revocations, as another process has it. */
  readonly other: RevocationStore
  /** Puts something under a new entry that is no revocation, if that is possible. */
  readonly spoil?: (text: string) => Promise<unknown>
  /** Loses everything, as a server without persistence does, if that is possible. */
  readonly lose?: () => Promise<unknown>
  close(): Promise<void>
}

export type MakeRevocationStore = () => Promise<RevocationStoreUnderTest>

/** Reads from a cursor to the end, in pages. */
export async function readOn(
  store: RevocationStore,
  cursor: string = '',
  limit: number = 100,
): Promise<{ readonly revocations: readonly Revocation[]; readonly cursor: string }> {
  const revocations: Revocation[] = []
  for (let at = cursor; ; ) {
    const page = await store.read(at, limit)
    assert.ok(page.revocations.length <= limit)
    revocations.push(...page.revocations)
    at = page.cursor
    if (page.isLast) return { revocations, cursor: at }
    assert.ok(page.revocations.length > 0, 'a page that is not the last has something')
  }
}

const idsOf = (revocations: readonly Revocation[]) => revocations.map((each) => 'tokenId' in each && each.tokenId)
const tokens = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => tokenRevocation(`t${from + index}`))

/** What every `RevocationStore` holds to, whatever is behind it. */
export function revocationStoreContract(
  name: string,
  make: MakeRevocationStore,
  { skip = false, many = 5_000 }: { readonly skip?: string | false; readonly many?: number } = {},
): void {
  describe(`the contract of revocation stores, on ${name}`, { skip }, () => {
    let opened: RevocationStoreUnderTest | undefined
    let store: RevocationStore
    let other: RevocationStore
    beforeEach(async () => {
      opened = await make()
      store = opened.store
      other = opened.other
    })
    afterEach(() => opened?.close())

    test('is empty at first, and an empty store has nothing more to read', async () => {
      const { revocations, cursor } = await readOn(store)
      assert.deepEqual(revocations, [])
      assert.deepEqual((await store.read(cursor, 10)).isLast, true)
    })

    test('gives back what was appended, every kind and to the last digit, in order, to everyone', async () => {
      for (const revocation of EVERY_KIND) await store.append(revocation)
      for (const reader of [store, other]) {
        assert.deepEqual(JSON.parse(JSON.stringify((await readOn(reader)).revocations)), EVERY_KIND)
      }
    })

    test('names are data: quotes, NUL, halves of characters and other alphabets come back as they were', async () => {
      const names = [`'; DROP TABLE revocations; --`, 'a\0b', '\ud800', '\u043a\u043b\u044e\u0447 \u{1f511}', ' ', '"}']
      for (const tokenId of names) await store.append(tokenRevocation(tokenId))
      assert.deepEqual(idsOf((await readOn(other)).revocations), names)
    })

    test('reads on from a cursor, and once only', async () => {
      for (const each of tokens(0, 3)) await store.append(each)
      const { cursor } = await readOn(other)
      assert.deepEqual((await other.read(cursor, 10)).revocations, [])
      assert.equal((await other.read(cursor, 10)).isLast, true)
      for (const each of tokens(3, 5)) await store.append(each)
      const next = await readOn(other, cursor)
      assert.deepEqual(idsOf(next.revocations), ['t3', 't4'])
      assert.deepEqual((await readOn(other, next.cursor)).revocations, [])
    })

    test('pages have no gap and no overlap', async () => {
      for (const each of tokens(0, 7)) await store.append(each)
      for (const limit of [1, 2, 3, 7, 8]) {
        const { revocations } = await readOn(other, '', limit)
        assert.deepEqual(idsOf(revocations), idsOf(tokens(0, 7)))
      }
    })

    test('a cursor that means nothing here means the beginning', async () => {
      for (const each of tokens(0, 3)) await store.append(each)
      const { cursor } = await readOn(store)
      const foreign = await make()
      try {
        for (const each of tokens(10, 20)) await foreign.store.append(each)
        const { cursor: far } = await readOn(foreign.store)
        const { cursor: sameplace } = await foreign.store.read('', 3)
        for (const strange of [
          '',
          'x',
          '9999999999999999:x',
          far,
          sameplace,
          `${cursor}x`,
          '0:',
          ':',
          '-1:a',
          "1' OR 1:a",
        ]) {
          assert.deepEqual(idsOf((await readOn(store, strange)).revocations), ['t0', 't1', 't2'], strange)
        }
      } finally {
        await foreign.close()
      }
    })

    test('purging removes what has expired, and no more', async () => {
      const times = [NOW - 10, NOW, NOW + 1, NOW - 5, NOW + 5]
      for (const [index, expiresAt] of times.entries()) await store.append(tokenRevocation(`t${index}`, expiresAt))
      await other.purge(NOW)
      assert.deepEqual(idsOf((await readOn(store)).revocations), ['t2', 't4'])
    })

    test('the newest stays, so that a cursor on it goes on, and no place is given twice', async () => {
      for (const each of [0, 1, 2]) await store.append(tokenRevocation(`t${each}`, NOW - 10))
      const { cursor } = await readOn(other)
      await store.purge(NOW)
      assert.deepEqual(idsOf((await readOn(store)).revocations), ['t2'])
      await store.append(tokenRevocation('t3'))
      assert.deepEqual(idsOf((await readOn(other, cursor)).revocations), ['t3'])
      await store.purge(NOW)
      assert.deepEqual(idsOf((await readOn(other)).revocations), ['t3'])
      assert.deepEqual(idsOf((await readOn(other, cursor)).revocations), ['t3'], 'its entry is gone: the beginning')
    })

    test('a reader that follows while many write at once misses none', async () => {
      const seen = new Set<unknown>()
      let cursor = ''
      let isDone = false
      const follow = async () => {
        for (;;) {
          const wasDone = isDone
          const page = await other.read(cursor, 50)
          for (const id of idsOf(page.revocations)) seen.add(id)
          cursor = page.cursor
          if (wasDone && page.isLast) return
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      const following = follow()
      const all = tokens(0, 600)
      await Promise.all(all.map(async (each, index) => (index % 2 === 0 ? store : other).append(each)))
      isDone = true
      await following
      assert.equal(seen.size, 600)
    })

    test(`${many} are read in pages, each once`, async () => {
      for (let from = 0; from < many; from += 500) {
        await Promise.all(tokens(from, from + 500).map(async (each) => store.append(each)))
      }
      const { revocations } = await readOn(other, '', 2_000)
      assert.deepEqual([revocations.length, new Set(idsOf(revocations)).size], [many, many])
    })

    test('what cannot be read is a failure, not an empty page', async (context) => {
      if (!opened?.spoil) return context.skip('nothing else can write into it')
      for (const text of ['not JSON', 'null', '{}', JSON.stringify({ ...tokenRevocation('x'), kind: 'mystery' })]) {
        await opened.spoil(text)
        await assert.rejects(async () => other.read('', 100), { name: 'DependencyError' }, text)
      }
    })

    test('after everything was lost, a reader begins anew', async (context) => {
      if (!opened?.lose) return context.skip('it cannot be lost')
      for (const each of tokens(0, 3)) await store.append(each)
      const { cursor } = await readOn(other)
      await opened.lose()
      for (const each of tokens(10, 16)) await store.append(each)
      assert.equal((await readOn(other, cursor)).revocations.length, 6)
    })
  })
}

/** What a store that tells of changes holds to. */
export function revocationSubscriptionContract(
  name: string,
  make: MakeRevocationStore,
  { skip = false }: { readonly skip?: string | false } = {},
): void {
  describe(`a subscription, on ${name}`, { skip }, () => {
    let opened: RevocationStoreUnderTest | undefined
    before(async () => {
      opened = await make()
    })
    after(() => opened?.close())

    test('tells of what others append, until it is ended', async () => {
      assert.ok(opened?.other.subscribe)
      let heard = 0
      let hear: () => void = () => undefined
      const end = await opened.other.subscribe(() => {
        heard++
        hear()
      })
      const told = new Promise<void>((resolve) => {
        hear = resolve
      })
      await opened.store.append(tokenRevocation('t1'))
      await told
      await end()
      await opened.store.append(tokenRevocation('t2'))
      await readOn(opened.other)
      assert.equal(heard, 1)
    })
  })
}
