import type { Clock } from '../effects.ts'
import type { OpenStoreOptions } from '../store/open/store-kind.ts'
import type { OpenedKeyStore, OpenKeyStoreOptions } from '../store/open-key-store.ts'
import type { OpenedRevocationStore } from '../store/open-revocation-store.ts'
import type { OpenedSecretStore } from '../store/open-secret-store.ts'

/** All that a command touches of the world, so that tests can be the world. */
export interface Io {
  /** Writes to standard output; resolves when it is written. */
  print(text: string): Promise<void>
  /** A line for people, on standard error: it is no part of the output. */
  note(line: string): void
  /** Asks a person; `undefined` when they leave without an answer. */
  ask(question: string): Promise<string | undefined>
  /** Standard input. */
  readonly input: NodeJS.ReadableStream
  /** Whether a person is at the other end of standard input. */
  readonly isTerminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Who runs it, as the operating system says. */
  readonly user: string
  readonly now: Clock
  openKeyStore(url: string, options: OpenKeyStoreOptions): Promise<OpenedKeyStore>
  openRevocationStore(url: string): Promise<OpenedRevocationStore>
  openSecretStore(url: string, options: OpenStoreOptions): Promise<OpenedSecretStore>
}
