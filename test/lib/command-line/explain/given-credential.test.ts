import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { readArguments } from '../../../../lib/command-line/arguments.ts'
import { CommandFailure } from '../../../../lib/command-line/exit-code.ts'
import { explain } from '../../../../lib/command-line/explain/explain.ts'
import { givenCredential } from '../../../../lib/command-line/explain/given-credential.ts'
import { AUDIENCE, ISSUER } from '../../../support/access-token.ts'
import { commandLine } from '../../../support/command-line.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const folder = temporaryFolder()
const fileWith = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const credentialOf = (args: readonly string[], input = '') => {
  const { io } = commandLine({ input })
  return givenCredential(readArguments(explain, ['--routes', 'r', '--path', '/a', ...args]), io, io.now)
}

test('a token is presented as clients present it', async () => {
  const { headers, isVerified } = await credentialOf(['--token', 'abc'])
  assert.deepEqual([headers, isVerified], [[['Authorization', 'Bearer abc']], false])
  assert.deepEqual((await credentialOf(['--token', '-'], ' abc\n')).headers, [['Authorization', 'Bearer abc']])
  assert.deepEqual((await credentialOf([])).headers, [])
})

test('a principal needs no credential, and may come from standard input', async () => {
  const alice = '{"subject": "alice"}'
  const { headers, authenticate } = await credentialOf(['--principal', '-'], alice)
  assert.deepEqual([headers, authenticate.method], [[], 'jwt'])
  assert.deepEqual((await credentialOf(['--principal', fileWith('alice.json', alice)])).headers, [])
})

test('with an issuer it is verified', async () => {
  assert.equal((await credentialOf(['--token', 'a', '--issuer', ISSUER, '--audience', AUDIENCE])).isVerified, true)
})

suite('what contradicts itself, or cannot be read, is told', () => {
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [/give one of --token and --principal/, ['--token', 'a', '--principal', 'b']],

    [/both --issuer and --audience/, ['--token', 'a', '--issuer', ISSUER]],
    [/both --issuer and --audience/, ['--token', 'a', '--jwks', 'x']],
    [/one token, without spaces/, ['--token', 'canary b']],
    [/--principal: the file cannot be read \(ENOENT\)/, ['--principal', join(folder, 'none.json')]],
    [/--jwks/, ['--issuer', ISSUER, '--audience', AUDIENCE, '--jwks', fileWith('bad.json', 'canary')]],
    [/"keys"/, ['--issuer', ISSUER, '--audience', AUDIENCE, '--jwks', fileWith('empty.json', '{}')]],
    [/issuer/, ['--issuer', 'http://issuer.example', '--audience', AUDIENCE]],
  ]
  for (const [told, args] of cases) {
    test(`${told}`, async () => {
      await assert.rejects(credentialOf(args), (error) => {
        assert.ok(error instanceof CommandFailure)
        assert.match(error.message, told)
        assert.ok(!error.message.includes('canary'))
        return true
      })
    })
  }

  test('standard input for the table and a token', async () => {
    const { code, stderr } = await commandLine().run('explain', '--routes', '-', '--path', '/a', '--token', '-')
    assert.equal(code, 2)
    assert.match(stderr, /standard input can be only one of --routes, --token and --principal/)
  })
})
