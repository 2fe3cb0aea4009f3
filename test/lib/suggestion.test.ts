import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, suggestion } from '../../lib/suggestion.ts'

const OPTIONS = ['owner', 'environment', 'expires', 'label', 'tenant', 'json']

for (const [mistyped, meant] of [
  ['onwer', 'owner'],
  ['enviroment', 'environment'],
  ['env', 'environment'],
  ['expire', 'expires'],
  ['OWNER', 'owner'],
  ['tennant', 'tenant'],
]) {
  test(`"${mistyped}" is taken for "${meant}"`, () => assert.equal(suggestion(mistyped ?? '', OPTIONS), meant))
}

test('what is like nothing is taken for nothing', () => {
  for (const word of ['', 'x', 'colour', 'quantity']) assert.equal(suggestion(word, OPTIONS), undefined, word)
  assert.equal(didYouMean('colour', OPTIONS), '')
})

test('a question is asked in the words of the command line', () => {
  assert.equal(didYouMean('onwer', OPTIONS, '--'), ' Did you mean --owner?')
})
