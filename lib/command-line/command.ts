import type { Arguments } from './arguments.ts'
import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'

export interface CommandOption {
  /** How the help calls the option's value. An option without is a switch. */
  readonly value?: string
  readonly short?: string
  readonly repeatable?: boolean
  readonly required?: boolean
  readonly help: string
}

export type CommandOptions = Readonly<Record<string, CommandOption>>

export interface Operands {
  /** How the help calls them. */
  readonly name: string
  readonly least: number
  readonly most: number
}

export interface Command {
  /** The word before its name, such as `keys`. */
  readonly group: string
  /** Empty for a group of one command. */
  readonly name: string
  /** A few words, for the list of commands. */
  readonly summary: string
  /** A paragraph: what it is for. */
  readonly purpose: string
  /** What follows the name, one line for each way to use it. */
  readonly usage: readonly string[]
  readonly operands?: Operands
  readonly options: CommandOptions
  /** Whether it takes `--store`. Default: true. */
  readonly usesStore?: boolean
  readonly examples: readonly (readonly [does: string, line: string])[]
  /** @throws CommandFailure to end with another exit code, and a line that says why */
  run(given: Arguments, io: Io): Promise<ExitCode>
}

/** Options that every command has, `--store` where it uses one. */
export const COMMON_OPTIONS: CommandOptions = {
  store: {
    value: 'URL',
    help: 'sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE or redis://HOST:PORT. Default: GATEWARDEN_STORE, where a password is not seen in the list of processes.',
  },
  json: { help: 'Print JSON, for programs. Times are epoch seconds.' },
  help: { short: 'h', help: 'Show this help.' },
}

/** Options that a command has besides its own. */
export function commonOptions({ usesStore = true }: Pick<Command, 'usesStore'>): CommandOptions {
  const { store, ...others } = COMMON_OPTIONS
  return store && usesStore ? { store, ...others } : others
}
