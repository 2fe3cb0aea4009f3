import { API_KEY_PATTERN } from '../api-key.ts'
import { storeProblem } from '../store/open-key-store.ts'
import { didYouMean } from '../suggestion.ts'
import { readArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts'
import { commandHelp, rootHelp } from './help.ts'
import type { Io } from './io.ts'
import { printable } from './printable.ts'

/** Runs the program. Never throws: what goes wrong is one line on standard error and an exit code. */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  version: string,
  io: Io,
): Promise<ExitCode> {
  let store = io.env.GATEWARDEN_STORE ?? ''
  try {
    const { group, name, rest } = wordsOf(args, commands)
    if (['--version', '-V'].includes(group)) return await printed(io, `${version}\n`)
    const ofGroup = commands.filter((command) => command.group === group)
    const help = rootHelp(ofGroup.length > 0 ? ofGroup : commands)
    if (isHelp(group) || (ofGroup.length > 0 && isHelp(name))) return await printed(io, help)
    if (group === '' || (ofGroup.length > 0 && !ofGroup.some((command) => command.name === name) && name === '')) {
      io.note(help)
      return EXIT.usage
    }
    const command = commandNamed(group, name, commands)
    const given = readArguments(command, rest)
    if (given.has('help')) return await printed(io, commandHelp(command))
    store = given.text('store') ?? store
    return await command.run(given, io)
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code === 'EPIPE') return EXIT.done
    const message = error instanceof CommandFailure ? error.message : storeProblem(error, store)
    io.note(`gatewarden: ${printable(withoutKeys(message))}`)
    return error instanceof CommandFailure ? error.exitCode : EXIT.failed
  }
}

/** A group of one command has no other name. */
function wordsOf(args: readonly string[], commands: readonly Command[]) {
  const [group = '', ...others] = args
  const isAlone = commands.some((command) => command.group === group && command.name === '')
  const [name = '', ...rest] = isAlone ? ['', ...others] : others
  return { group, name, rest }
}

/** Whatever was put in the wrong place: a key must not end in a log of errors. */
function withoutKeys(message: string): string {
  return message.replace(new RegExp(API_KEY_PATTERN, 'g'), '***')
}

function isHelp(word: string): boolean {
  return ['--help', '-h', 'help'].includes(word)
}

async function printed(io: Io, text: string): Promise<ExitCode> {
  await io.print(text)
  return EXIT.done
}

function commandNamed(group: string, name: string, commands: readonly Command[]): Command {
  const groups = [...new Set(commands.map((command) => command.group))]
  if (!groups.includes(group)) {
    const named = commands.find((command) => command.name === group)
    const hint = named ? ` Did you mean ${named.group} ${group}?` : didYouMean(group, groups)
    const words = groups.map((word) => `"${word}"`).join(' or ')
    throw new CommandFailure(EXIT.usage, `a command begins with ${words}.${hint || ' See gatewarden --help.'}`)
  }
  const names = commands.filter((command) => command.group === group).map((command) => command.name)
  const command = commands.find((each) => each.group === group && each.name === name)
  if (command) return command
  const hint = didYouMean(name, names, `${group} `)
  throw new CommandFailure(EXIT.usage, `there is no such command.${hint || ` The commands: ${names.join(', ')}.`}`)
}
