import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { assertReplayStore, claimOnce } from '../../../lib/revoke/claim-once.ts'
import { claimedOnce } from '../../support/claimed-once.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

const TOKEN = { kind: 'logout', issuer: 'https://a.test', jti: '1' } as const

test('a token is here for the first time once', async () => {
  const store = claimedOnce()
  assert.equal(await claimOnce(store, TOKEN, 10), true)
  assert.equal(await claimOnce(store, TOKEN, 10), false)
  assert.deepEqual([...store.claims.values()], [10])
})

test('tokens of one name, of two issuers or of two kinds, are two', async () => {
  const store = claimedOnce()
  const others = [TOKEN, { ...TOKEN, issuer: 'https://b.test' }, { ...TOKEN, kind: 'security-event' as const }]
  for (const token of others) assert.equal(await claimOnce(store, token, 10), true)
})

test('a store that fails, or answers nothing, has not said that it is the first time', async () => {
  const store = claimedOnce()
  store.setDown(true)
  await assert.rejects(claimOnce(store, TOKEN, 10), /down/)
  await assert.rejects(claimOnce({ claim: () => undefined as never }, TOKEN, 10), DependencyError)
})

test('a store that never answers is given up', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const answer = claimOnce({ claim: () => new Promise(() => undefined) }, TOKEN, 10)
  context.mock.timers.tick(3_000)
  await assert.rejects(answer, DependencyError)
})

test('what is no store is refused', () => {
  for (const store of [undefined, null, {}]) assertRefusedOption(() => assertReplayStore('factory', store), '"replays"')
})
