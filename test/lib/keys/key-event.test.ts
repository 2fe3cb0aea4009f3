import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey } from '../../../lib/api-key.ts'
import { type ApiKeyEvent, keyEvents } from '../../../lib/keys/key-event.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'
import { publishedOn } from '../../support/published-events.ts'

const events = publishedOn<ApiKeyEvent>(keyEvents)
const FIELDS = { owner: 'acme', environment: 'live', label: 'secret label' }

test('every change is an event that says who, what and when, with neither key nor hash', async () => {
  events.length = 0
  const { keys, clock } = apiKeysFixture()
  const made = granted(await keys.create(FIELDS, 'alice'))
  const imported = granted(await keys.import(hashApiKey('f'.repeat(20)), FIELDS, 'alice'))
  granted(await keys.update(made.record.id, { label: 'x', tier: null, roles: undefined } as object, 'bob'))
  clock.at += 1
  const rotated = granted(await keys.rotate(made.record.id, 60, 'bob'))
  granted(await keys.revoke(imported.id))
  const common = { owner: 'acme', environment: 'live', replacedBy: undefined, fields: [], at: 1_764_000_000 }
  assert.deepEqual(events, [
    { ...common, change: 'created', id: made.record.id, actor: 'alice' },
    { ...common, change: 'imported', id: imported.id, actor: 'alice' },
    { ...common, change: 'updated', id: made.record.id, actor: 'bob', fields: ['label', 'tier'] },
    { ...common, change: 'rotated', id: made.record.id, actor: 'bob', replacedBy: rotated.record.id, at: clock.at },
    { ...common, change: 'revoked', id: imported.id, actor: undefined, at: clock.at },
  ])
  const text = JSON.stringify(events)
  for (const secret of [made.key, rotated.key, made.record.hash, rotated.record.hash, imported.hash, 'secret label']) {
    assert.equal(text.includes(secret), false)
  }
})

test('what was refused is no event', async () => {
  events.length = 0
  const { keys } = apiKeysFixture()
  await keys.create({ owner: '', environment: 'live' })
  await keys.import('x', FIELDS)
  await keys.update('key_unknown', {})
  await keys.rotate('key_unknown', 1)
  await keys.revoke('key_unknown')
  assert.deepEqual(events, [])
})
