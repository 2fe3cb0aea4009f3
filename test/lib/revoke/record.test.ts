import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { assertRevocationList, keepForSeconds, publish, record } from '../../../lib/revoke/record.ts'
import { type RevocationRequest, revocationRequests } from '../../../lib/revoke/revocation-request.ts'
import type { Revocation } from '../../../lib/store/revocation-list.ts'
import { memoryRevocations } from '../../support/memory-revocations.ts'
import { publishedOn } from '../../support/published-events.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

const ENDED: readonly Revocation[] = [
  { kind: 'session', sessionId: 's', expiresAt: 9 },
  { kind: 'token', tokenId: 't', expiresAt: 9 },
]

test('all are recorded, one after the other', async () => {
  const list = memoryRevocations()
  await record(list, ENDED)
  assert.deepEqual(list.take(), ENDED)
})

test('a list that fails, at once or later, is told of', async () => {
  const list = memoryRevocations()
  list.setDown(true)
  await assert.rejects(record(list, ENDED), /down/)
  const thrower = {
    ...list,
    revoke: () => {
      throw new Error('at once')
    },
  }
  await assert.rejects(record(thrower, ENDED), /at once/)
})

test('a list that never answers is given up', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const answer = record({ covers: () => false, revoke: () => new Promise(() => undefined) }, ENDED)
  context.mock.timers.tick(3_000)
  await assert.rejects(answer, DependencyError)
})

test('what is recorded is an event, with who asked for it', () => {
  const events = publishedOn<RevocationRequest>(revocationRequests)
  publish('client', ENDED, { actor: 'client:web', now: () => 5 })
  assert.deepEqual(
    events,
    ENDED.map((revocation) => ({ input: 'client', revocation, actor: 'client:web', at: 5 })),
  )
})

test('a revocation is kept for as long as a token may live, and the clocks of issuers differ', () => {
  assert.equal(keepForSeconds('factory'), 86_400 + 300)
  assert.equal(keepForSeconds('factory', 600), 900)
  assertRefusedOption(() => keepForSeconds('factory', 0), '"maxTokenLifetimeSeconds"')
})

test('what is no list is refused', () => {
  for (const list of [undefined, null, {}, { covers: () => true }]) {
    assertRefusedOption(() => assertRevocationList('factory', list), 'factory', '"revocations"')
  }
})
