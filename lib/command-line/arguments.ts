import { parseArgs } from 'node:util'
import { didYouMean } from '../suggestion.ts'
import { type Command, type CommandOption, type CommandOptions, commonOptions } from './command.ts'
import { usageFailure } from './exit-code.ts'

/** What was given to a command. */
export class Arguments {
  readonly operands: readonly string[]
  readonly #values: ReadonlyMap<string, readonly string[]>

  constructor(operands: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.operands = operands
    this.#values = values
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }
}

interface OptionToken {
  readonly kind: 'option'
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

/**
 * Reads a command's arguments. No message holds a value: it may be a key that was put in the wrong place.
 * @throws CommandFailure when they are not what the command takes
 */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const options = { ...command.options, ...commonOptions(command) }
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(options).map(([name, option]) => [name, parseOption(option)])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'option') addOption(values, token, options)
  }
  const operands = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  // Help is given to whoever asks, whatever else is missing.
  if (!values.has('help')) assertComplete(command, operands, values)
  return new Arguments(operands, values)
}

function parseOption({ value, short }: CommandOption): { type: 'string' | 'boolean'; short?: string } {
  return { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) }
}

function addOption(values: Map<string, string[]>, token: OptionToken, options: CommandOptions): void {
  const { name, rawName, value, inlineValue } = token
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (!option) throw unknownOption(rawName, Object.keys(options))
  const before = values.get(name)
  if (before && option.value !== undefined && !option.repeatable) throw usageFailure(`${rawName} is given twice`)
  if (option.value === undefined) {
    if (value !== undefined) throw usageFailure(`${rawName} takes no value`)
    values.set(name, [])
    return
  }
  if (value === undefined || value === '') throw usageFailure(`${rawName} needs a value: ${rawName} ${option.value}`)
  if (!inlineValue && value.startsWith('-') && value !== '-') {
    throw usageFailure(`${rawName} needs a value; one that starts with "-" is written ${rawName}=VALUE`)
  }
  values.set(name, [...(before ?? []), value])
}

function unknownOption(rawName: string, known: readonly string[]): Error {
  // Somebody may have glued a secret to a dash: long or odd names are not repeated.
  const shown = /^--?[a-z][a-z-]{0,23}$/i.test(rawName) ? rawName : undefined
  if (shown === undefined) return usageFailure('there is an option that is not known; see --help')
  const hint = didYouMean(shown.replace(/^-+/, ''), known, '--')
  return usageFailure(`there is no option ${shown}.${hint || ' See --help.'}`)
}

function assertComplete(command: Command, operands: readonly string[], values: ReadonlyMap<string, unknown>): void {
  const { name = 'argument', least = 0, most = 0 } = command.operands ?? {}
  if (operands.length < least) throw usageFailure(`${name} is missing; see --help`)
  if (operands.length > most) {
    throw usageFailure(most === 0 ? 'this command takes options only; see --help' : `there is more than one ${name}`)
  }
  for (const [option, { required, value = '' }] of Object.entries(command.options)) {
    if (required && !values.has(option)) throw usageFailure(`--${option} ${value} is missing; see --help`)
  }
}
