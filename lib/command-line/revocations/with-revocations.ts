import { storeName } from '../../store/open-key-store.ts'
import type { RevocationStore } from '../../store/revocation-store.ts'
import type { Arguments } from '../arguments.ts'
import type { Io } from '../io.ts'
import { storeUrlGiven } from '../store-url.ts'

/** Opens the store of revocations, lets a command work on it, and closes it, whatever happens. It makes none. */
export async function withRevocations<T>(
  given: Arguments,
  io: Io,
  work: (store: RevocationStore, name: string) => Promise<T>,
): Promise<T> {
  const url = storeUrlGiven(given, io)
  const opened = await io.openRevocationStore(url)
  try {
    return await work(opened.store, storeName(url))
  } finally {
    await opened.close()
  }
}
