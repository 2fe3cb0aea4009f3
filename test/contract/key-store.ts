import { describe } from 'node:test'
import type { ApiKeyRecord, KeyStore } from '../../lib/store/key-store.ts'
import { keyStoreChanges } from './key-store-changes.ts'
import { keyStoreListing } from './key-store-listing.ts'
import { keyStoreLookUp } from './key-store-look-up.ts'
import { keyStoreReplacement } from './key-store-replacement.ts'
import { keyStoreUniqueness } from './key-store-uniqueness.ts'
import { keyStoreUsage } from './key-store-usage.ts'

export interface KeyStoreUnderTest {
  /** Empty at first. */
  readonly store: KeyStore
  /** Another instance on the same keys, as another process has it. */
  readonly other: KeyStore
  /** Puts many keys in, by the fastest way there is. */
  fill(records: readonly ApiKeyRecord[]): Promise<void>
  close(): Promise<void>
}

export type MakeKeyStore = () => Promise<KeyStoreUnderTest>

export interface KeyStoreContractOptions {
  /** Among how many keys pages are turned. Default 1,000. */
  readonly manyKeys?: number
  readonly skip?: string | false
}

/** What every `KeyStore` holds to, whatever is behind it. */
export function keyStoreContract(name: string, make: MakeKeyStore, options: KeyStoreContractOptions = {}): void {
  const { manyKeys = 1_000, skip = false } = options
  describe(`the contract of key stores, on ${name}`, { skip }, () => {
    keyStoreLookUp(make)
    keyStoreUniqueness(make)
    keyStoreChanges(make)
    keyStoreReplacement(make)
    keyStoreListing(make, manyKeys)
    keyStoreUsage(make)
  })
}
