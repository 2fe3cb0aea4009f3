import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { isPrincipal } from '../../../lib/principal.ts'
import { atOnce } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'

test('whoever comes is anonymous, and has nothing', () => {
  const answer = atOnce(anonymous().authenticate(requestView()))
  assert.ok(answer.outcome === 'authenticated' && isPrincipal(answer.principal))
  const { kind, roles, scopes, clientId } = answer.principal
  assert.deepEqual({ kind, roles, scopes, clientId }, { kind: 'anonymous', roles: [], scopes: [], clientId: undefined })
})

test('it reads nothing and offers nothing', () => {
  const { sources, challenges, urlParameters, issuers } = anonymous()
  assert.deepEqual([sources, challenges, urlParameters, issuers], [[], [], [], []])
})
