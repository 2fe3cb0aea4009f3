import { type Command, type CommandOption, type CommandOptions, commonOptions } from './command.ts'
import { EXIT_CODES_HELP } from './exit-code.ts'

const WIDTH = 88

const PURPOSE = `Makes and manages the API keys and the shared secrets of a gateway, and revokes access tokens, straight
in its store: no server needs to run. Checks tables of routes, and explains what they decide. A key itself exists only
when it is made: the store holds its hash.`

export function rootHelp(commands: readonly Command[]): string {
  const [first] = commands
  const groups = [...new Set(commands.map(({ group }) => group))]
  return [
    `${PURPOSE}\n`,
    section('Usage', [
      ...groups.map((group) => `gatewarden ${group}${isAlone(commands, group) ? '' : ' COMMAND'} [options]`),
      'gatewarden --help | --version',
    ]),
    section('Commands', columns(commands.map((command) => [wordsOf(command), command.summary]))),
    section(
      'Environment',
      columns([
        ['GATEWARDEN_STORE', 'The store, when --store is not given.'],
        [
          'GATEWARDEN_PEPPERS',
          'Secrets that keys are hashed under, base64 of 32 bytes or more each, separated by commas, newest first: the same as in the gateway.',
        ],
        [
          'GATEWARDEN_SEALING_KEYS',
          'Keys that shared secrets are encrypted under, base64 of 32 bytes each, separated by commas, newest first: the same as in the gateway.',
        ],
        ['GATEWARDEN_SECRET', 'The secret that "sign" signs with.'],
      ]),
    ),
    section('Exit codes', columns(EXIT_CODES_HELP)),
    `Each command has more: gatewarden ${first ? wordsOf(first) : ''} --help\n`,
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const { purpose, usage, options, examples } = command
  return [
    `${wrapped(purpose, WIDTH).join('\n')}\n`,
    section(
      'Usage',
      usage.map((line) => `gatewarden ${wordsOf(command)} ${line}`),
    ),
    section('Options', optionLines(options)),
    section('Of every command', optionLines(commonOptions(command))),
    section(
      'Examples',
      examples.flatMap(([does, line]) => [`# ${does}`, line]),
    ),
    section('Exit codes', columns(EXIT_CODES_HELP)),
  ].join('\n')
}

function wordsOf({ group, name }: Command): string {
  return name === '' ? group : `${group} ${name}`
}

function isAlone(commands: readonly Command[], group: string): boolean {
  return commands.some((command) => command.group === group && command.name === '')
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`
}

function optionLines(options: CommandOptions): readonly string[] {
  return columns(Object.entries(options).map(([name, option]) => [optionName(name, option), optionText(option)]))
}

function optionName(name: string, { value, short }: CommandOption): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function optionText({ help, required, repeatable }: CommandOption): string {
  return `${help}${required ? ' Required.' : ''}${repeatable ? ' May be given several times.' : ''}`
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.flatMap(([name, text]) =>
    wrapped(text, WIDTH - width).map((line, index) => (index === 0 ? name : '').padEnd(width) + line),
  )
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
