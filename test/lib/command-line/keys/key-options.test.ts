import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments } from '../../../../lib/command-line/arguments.ts'
import {
  expiryGiven,
  fieldsGiven,
  inOptionWords,
  KEY_OPTIONS,
  PREFIX_OPTION,
} from '../../../../lib/command-line/keys/key-options.ts'
import { KEY_FIELDS } from '../../../../lib/keys/key-fields.ts'

function given(values: Readonly<Record<string, string[]>>): Arguments {
  return new Arguments([], new Map(Object.entries(values)))
}

test('every field of a key has an option', () => {
  const all = Object.keys(KEY_OPTIONS).filter((name) => name !== 'expires')
  const values = { network: '10.0.0.1', route: '/a', environment: 'live' } as Readonly<Record<string, string>>
  const fields = fieldsGiven(
    given({ ...Object.fromEntries(all.map((name) => [name, [values[name] ?? 'x']])), expires: ['1d'] }),
    0,
  )
  assert.deepEqual(Object.keys(fields).sort(), [...KEY_FIELDS].sort())
  assert.deepEqual(Object.keys(PREFIX_OPTION), ['prefix'])
})

test('nothing given fills nothing', () => {
  assert.deepEqual(fieldsGiven(given({}), 0), {})
  assert.equal(expiryGiven(given({}), 0), undefined)
})

test('sentences about fields become sentences about options', () => {
  assert.equal(inOptionWords('"tenantId" must be'), '--tenant must be')
  assert.equal(inOptionWords('"expiresAt" must be'), '--expires must be')
  assert.equal(inOptionWords('"allowedNetworks" holds'), '--network holds')
})
