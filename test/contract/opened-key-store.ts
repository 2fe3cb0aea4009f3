import { after, before } from 'node:test'
import type { KeyStore } from '../../lib/store/key-store.ts'
import type { KeyStoreUnderTest, MakeKeyStore } from './key-store.ts'

/** A store for the tests of a suite: open while they run, and empty at first. */
export function openedKeyStore(make: MakeKeyStore): { readonly current: KeyStoreUnderTest; readonly store: KeyStore } {
  let opened: KeyStoreUnderTest | undefined
  before(async () => {
    opened = await make()
  })
  after(() => opened?.close())
  const current = (): KeyStoreUnderTest => {
    if (!opened) throw new Error('the store is open while tests run only')
    return opened
  }
  return {
    get current() {
      return current()
    },
    get store() {
      return current().store
    },
  }
}
