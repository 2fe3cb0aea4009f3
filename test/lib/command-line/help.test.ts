import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readArguments } from '../../../lib/command-line/arguments.ts'
import { commonOptions } from '../../../lib/command-line/command.ts'
import { COMMANDS } from '../../../lib/command-line/commands.ts'
import { commandHelp, rootHelp } from '../../../lib/command-line/help.ts'

test('the help lists every command, the environment and the exit codes', () => {
  const help = rootHelp(COMMANDS)
  for (const { group, name, summary } of COMMANDS) {
    assert.ok(help.includes(`${group} ${name}`) && help.includes(summary), name)
  }
  for (const word of ['GATEWARDEN_STORE', 'GATEWARDEN_PEPPERS', 'Exit codes', '--version'])
    assert.ok(help.includes(word))
})

for (const command of COMMANDS) {
  const help = commandHelp(command)

  test(`the help of "${command.group} ${command.name}" has its usage, options, examples and exit codes, and fits the screen`, () => {
    for (const title of ['Usage:', 'Of every command:', 'Examples:', 'Exit codes:'])
      assert.ok(help.includes(title), title)
    for (const name of Object.keys({ ...command.options, ...commonOptions(command) }))
      assert.ok(help.includes(`--${name}`), name)
    const examples = command.examples.flat()
    const long = help.split('\n').filter((line) => line.length > 92 && !examples.includes(line.trim()))
    assert.deepEqual(
      long,
      command.usage
        .map((line) => `  gatewarden ${command.group} ${command.name} ${line}`)
        .filter((line) => line.length > 92),
    )
  })

  test(`the examples of "${command.group} ${command.name}" are what it takes`, () => {
    for (const [, line] of command.examples) {
      const [, rest = ''] = line.split(`gatewarden ${command.group} ${command.name}`)
      const words = [...(rest.split(' | ')[0] ?? '').matchAll(/"[^"]*"|[^\s"]+/g)].map(([word]) => word)
      assert.doesNotThrow(
        () =>
          readArguments(
            command,
            words.map((word) => word.replace(/^"(.*)"$/, '$1')),
          ),
        line,
      )
    }
  })
}
