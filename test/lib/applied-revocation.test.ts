import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AppliedRevocation, appliedRevocations } from '../../lib/applied-revocation.ts'
import { revocationList } from '../../lib/store/local-revocation-list.ts'
import { memoryRevocationStore } from '../../lib/store/memory-revocations.ts'
import { NOW } from '../support/access-token.ts'
import { publishedOn } from '../support/published-events.ts'
import { tokenRevocation } from '../support/revocations.ts'

const events = publishedOn<AppliedRevocation>(appliedRevocations)

test('what a list applies is published, once in each list, and says whose it is', () => {
  const store = memoryRevocationStore()
  const lists = [1, 2].map(() => revocationList({ store, now: () => NOW, schedule: () => () => undefined }))
  const [own, other] = lists
  for (const list of lists) list.health()
  own?.revoke(tokenRevocation('t1'))
  own?.revoke(tokenRevocation('t1'))
  assert.deepEqual(
    events.map(({ isOwn, at, revocation }) => [isOwn, at, revocation]),
    [
      [true, NOW, tokenRevocation('t1')],
      [false, NOW, tokenRevocation('t1')],
    ],
  )
  for (const list of [own, other]) list?.close()
})
