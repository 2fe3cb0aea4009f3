import { Readable } from 'node:stream'
import { runCommandLine } from '../../lib/command-line/command-line.ts'
import { COMMANDS } from '../../lib/command-line/commands.ts'
import type { Io } from '../../lib/command-line/io.ts'
import type { ApiKeyRecord, KeyStore } from '../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'
import { memoryRevocationStore } from '../../lib/store/memory-revocations.ts'
import { memorySecretStore } from '../../lib/store/memory-secrets.ts'
import type { RevocationStore } from '../../lib/store/revocation-store.ts'
import type { SecretStore } from '../../lib/store/secret-store.ts'

export const NOW = 1_764_000_000

export interface CommandRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandLine {
  readonly store: KeyStore
  readonly revocations: RevocationStore
  readonly secrets: SecretStore
  readonly io: Io
  /** How often a store was opened and not closed. */
  readonly open: () => number
  /** Runs `gatewarden …` in this process, on a store in memory unless told otherwise. */
  run(...args: string[]): Promise<CommandRun>
  /** Runs `gatewarden keys …`. */
  keys(...args: string[]): Promise<CommandRun>
}

export interface CommandLineOptions extends Partial<Omit<Io, 'print' | 'note' | 'input'>> {
  readonly records?: readonly ApiKeyRecord[]
  readonly store?: KeyStore
  readonly input?: string
  /** Fails when something is written to standard output. */
  readonly outputError?: Error
}

export function commandLine(options: CommandLineOptions = {}): CommandLine {
  const { records = [], store = memoryKeyStore(records), input = '', outputError, ...rest } = options
  const revocations = memoryRevocationStore()
  const secrets = memorySecretStore()
  let [stdout, stderr] = ['', '']
  let open = 0
  const io: Io = {
    ask: async () => undefined,
    isTerminal: false,
    env: { GATEWARDEN_STORE: 'sqlite:memory' },
    user: 'alice',
    now: () => NOW,
    async openKeyStore() {
      open++
      return { store, isNew: false, close: async () => void open-- }
    },
    async openRevocationStore() {
      open++
      return { store: revocations, isNew: false, close: async () => void open-- }
    },
    async openSecretStore() {
      open++
      return { store: secrets, isNew: false, close: async () => void open-- }
    },
    ...rest,
    async print(text) {
      if (outputError) throw outputError
      stdout += text
    },
    note: (line) => {
      stderr += line.endsWith('\n') ? line : `${line}\n`
    },
    input: Readable.from([input]),
  }
  const run = async (...args: string[]): Promise<CommandRun> => {
    stdout = stderr = ''
    const code = await runCommandLine(args, COMMANDS, '1.2.3', io)
    return { code, stdout, stderr }
  }
  return { store, revocations, secrets, io, open: () => open, run, keys: (...args) => run('keys', ...args) }
}
