import type { Pepper } from '../../api-key.ts'
import { type ApiKeys, apiKeys, type KeyProblem } from '../../keys/api-keys.ts'
import type { KeyStore } from '../../store/key-store.ts'
import { storeName } from '../../store/open-key-store.ts'
import type { Arguments } from '../arguments.ts'
import { CommandFailure, exitCodeOf, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { peppersOf } from '../peppers.ts'
import { storeUrlGiven } from '../store-url.ts'
import { inOptionWords } from './key-options.ts'

export interface OpenKeys {
  readonly keys: ApiKeys
  readonly store: KeyStore
  /** The store as it may be shown. */
  readonly storeName: string
  readonly peppers: readonly Pepper[]
}

/** Opens the store, lets a command work on its keys, and closes it, whatever happens. */
export async function withKeys<T>(
  given: Arguments,
  io: Io,
  work: (open: OpenKeys) => Promise<T>,
  options: { readonly create?: boolean } = {},
): Promise<T> {
  const url = storeUrlGiven(given, io)
  const prefix = given.text('prefix')
  if (prefix !== undefined && !/^[a-z][a-z0-9]{0,31}$/.test(prefix)) {
    throw usageFailure('--prefix must be a lower-case word of letters and digits, such as sk')
  }
  const peppers = peppersOf(io.env.GATEWARDEN_PEPPERS)
  const opened = await io.openKeyStore(url, options)
  try {
    if (opened.isNew) io.note(`gatewarden: made ${storeName(url)}, which was not there before`)
    const keys = apiKeys({ store: opened.store, peppers, now: io.now, ...(prefix !== undefined && { prefix }) })
    return await work({ keys, store: opened.store, storeName: storeName(url), peppers })
  } finally {
    await opened.close()
  }
}

/** Who made a change, in its event. */
export function actorOf(io: Io): string {
  return `cli:${io.user}`
}

/** @throws CommandFailure for what was not done */
export function done<T extends object>(result: T | KeyProblem): T {
  if (!isProblem(result)) return result
  throw new CommandFailure(exitCodeOf(result), inOptionWords(result.detail))
}

export function isProblem<T extends object>(result: T | KeyProblem): result is KeyProblem {
  return 'problem' in result
}
