import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments } from '../../../lib/command-line/arguments.ts'
import { storeUrlGiven } from '../../../lib/command-line/store-url.ts'
import { commandLine } from '../../support/command-line.ts'

const given = (...store: string[]) => new Arguments([], new Map(store.length === 0 ? [] : [['store', store]]))

test('the option comes before the environment', () => {
  const { io } = commandLine({ env: { GATEWARDEN_STORE: 'sqlite:env.db' } })
  assert.equal(storeUrlGiven(given(), io), 'sqlite:env.db')
  assert.equal(storeUrlGiven(given('redis://127.0.0.1'), io), 'redis://127.0.0.1')
})

test('none, and one of another form, is a mistake that shows no password', () => {
  const { io } = commandLine({ env: {} })
  assert.throws(() => storeUrlGiven(given(), io), { exitCode: 2, message: /^which store\?/ })
  for (const url of ['mysql://u:sEcr3t@h', 'postgres://u:sE@cr3t:x/y']) {
    assert.throws(
      () => storeUrlGiven(given(url), io),
      (error: Error) => !/cr3t/.test(error.message),
    )
  }
})
