import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKeySettings } from '../../../../lib/authenticate/api-key/options.ts'
import { memoryKeyStore } from '../../../../lib/store/memory.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const GOOD = { keys: memoryKeyStore(), environments: ['live'] }

test('what is left out has a default', () => {
  const settings = apiKeySettings(GOOD)
  assert.deepEqual(settings.sources, [{ header: 'x-api-key' }])
  assert.deepEqual(
    [settings.prefix, settings.foreignKeys, settings.realm, settings.deadlineMs],
    ['sk', false, 'api', 2_000],
  )
  assert.ok(settings.guesses)
  assert.equal(apiKeySettings({ ...GOOD, guesses: false }).guesses, undefined)
})

test('a scheme is a second place', () => {
  const { sources, challenge } = apiKeySettings({ ...GOOD, scheme: 'ApiKey' })
  assert.deepEqual(sources, [{ header: 'x-api-key' }, { header: 'authorization', scheme: 'ApiKey' }])
  assert.deepEqual(challenge, { scheme: 'ApiKey', header: 'Authorization' })
})

for (const [name, value] of [
  ['keys', {}],
  ['environments', []],
  ['environments', ['Live']],
  ['headers', []],
  ['headers', ['Authorization']],
  ['headers', ['X Key']],
  ['scheme', 'Bearer'],
  ['prefix', 'SK'],
  ['peppers', [new Uint8Array(31)]],
  ['peppers', 'secret'],
  ['foreignKeys', 'yes'],
  ['guesses', { limit: 0 }],
  ['usage', {}],
  ['realm', ''],
  ['deadlineMs', 0],
  ['now', 1],
  ['environment', 'live'],
] as const) {
  test(`refused: ${name} ${JSON.stringify(value)}`, () => {
    const words = name === 'guesses' ? ['guessThrottle', 'limit'] : ['apiKeyAuthenticator', `"${name}`]
    assertRefusedOption(() => apiKeySettings(untyped({ ...GOOD, [name]: value })), ...words)
  })
}
