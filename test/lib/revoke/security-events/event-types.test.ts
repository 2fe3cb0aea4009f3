import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectOf, SESSION_REVOKED } from '../../../../lib/revoke/security-events/event-types.ts'
import { CAEP, RISC } from '../../../support/security-event.ts'

const NO_MORE: ReadonlySet<string> = new Set()

test('events that end tokens', () => {
  assert.equal(effectOf(SESSION_REVOKED, {}, NO_MORE), 'session')
  for (const type of [
    `${CAEP}credential-change`,
    ...['account-disabled', 'account-purged', 'sessions-revoked'].map((name) => RISC + name),
  ]) {
    assert.equal(effectOf(type, {}, NO_MORE), 'subject', type)
  }
})

test('a credential that is added ends none; one that is changed in any other way does', () => {
  assert.equal(effectOf(`${CAEP}credential-change`, { change_type: 'create' }, NO_MORE), 'none')
  for (const changeType of ['revoke', 'update', 'delete', 'else', undefined, 7]) {
    assert.equal(effectOf(`${CAEP}credential-change`, { change_type: changeType }, NO_MORE), 'subject')
  }
})

test('events of something else end none, and events that nobody knows are told apart', () => {
  for (const type of [`${CAEP}token-claims-change`, `${RISC}account-enabled`, `${RISC}identifier-changed`]) {
    assert.equal(effectOf(type, {}, NO_MORE), 'none')
  }
  for (const type of ['https://else.test/event', 'constructor', '__proto__', '']) {
    assert.equal(effectOf(type, {}, NO_MORE), undefined)
  }
})

test('an application may let more of them end tokens', () => {
  const more = new Set(['https://else.test/event', `${RISC}credential-compromise`])
  for (const type of more) assert.equal(effectOf(type, {}, more), 'subject')
})
