import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments, readArguments } from '../../../lib/command-line/arguments.ts'
import { COMMON_OPTIONS, type Command } from '../../../lib/command-line/command.ts'

const COMMAND: Command = {
  group: 'keys',
  name: 'try',
  summary: '',
  purpose: '',
  usage: [],
  operands: { name: 'ID', least: 1, most: 2 },
  options: {
    owner: { value: 'ID', required: true, help: '' },
    scope: { value: 'SCOPE', repeatable: true, help: '' },
    quiet: { short: 'q', help: '' },
  },
  examples: [],
  run: async () => 0,
}

function read(...args: string[]): Arguments {
  return readArguments(COMMAND, args)
}

/** The message of a refusal. */
function refusal(...args: string[]): string {
  try {
    read(...args)
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing was refused'
}

test('options and operands come in any order', () => {
  const given = read('--scope', 'a', 'key_1', '--owner=acme', '-q', '--scope=b', '--', '-odd')
  assert.ok(given instanceof Arguments)
  assert.deepEqual(given.operands, ['key_1', '-odd'])
  assert.deepEqual([given.text('owner'), given.texts('scope'), given.has('quiet')], ['acme', ['a', 'b'], true])
  assert.deepEqual([given.text('store'), given.texts('store'), given.has('json')], [undefined, [], false])
})

test('every command has the common options', () => {
  assert.deepEqual(Object.keys(COMMON_OPTIONS), ['store', 'json', 'help'])
  assert.equal(read('key_1', '--owner', 'a', '--store', 'sqlite:x').text('store'), 'sqlite:x')
})

test('help is given although the rest is missing', () => assert.ok(read('--help').has('help')))

test('what is missing or too much is named', () => {
  assert.match(refusal('--owner', 'a'), /^ID is missing/)
  assert.match(refusal('key_1'), /^--owner ID is missing/)
  assert.match(refusal('1', '2', '3', '--owner', 'a'), /^there is more than one ID/)
  assert.match(refusal('1', '--owner', 'a', '--owner', 'b'), /^--owner is given twice/)
  assert.match(refusal('1', '--owner'), /^--owner needs a value/)
  assert.match(refusal('1', '--owner='), /^--owner needs a value/)
  assert.match(refusal('1', '--owner', '--quiet'), /^--owner needs a value; one that starts with "-"/)
  assert.match(refusal('1', '--owner', 'a', '--quiet=yes'), /^--quiet takes no value/)
})

test('an unknown option is told with what was meant', () => {
  assert.equal(refusal('1', '--onwer', 'a'), 'there is no option --onwer. Did you mean --owner?')
  assert.equal(refusal('1', '--colour'), 'there is no option --colour. See --help.')
  assert.equal(refusal('1', '--__proto__', 'x'), 'there is an option that is not known; see --help')
  assert.equal(refusal('1', '--constructor'), 'there is no option --constructor. See --help.')
})

test('no message holds a value', () => {
  const secret = 'sk_live_0123456789abcdefghijABCDEFGHIJ01234567'
  const lines = [
    [secret, secret, secret, '--owner', 'a'],
    [`--${secret}`],
    [`-${secret}`],
    ['--colour', secret],
    ['1', `--quiet=${secret}`],
    ['1', '--owner', secret, '--owner', secret],
  ]
  for (const args of lines) assert.equal(refusal(...args).includes(secret), false, refusal(...args))
})
