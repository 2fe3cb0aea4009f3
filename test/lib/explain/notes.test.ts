import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import { notedStages } from '../../../lib/explain/notes.ts'
import { createStages } from '../../../lib/stages.ts'
import { answeringAuthenticator, headerAuthenticator } from '../../support/fake-authenticator.ts'
import { principal } from '../../support/outcomes.ts'
import { requestWith } from '../../support/raw-request.ts'
import { requestView } from '../../support/request-view.ts'

const alice = principal()
const raw = requestWith(['X-API-Key', 'good'])

suite('what is noted', () => {
  test('is what the stages do, and they do the same', async () => {
    const authenticate = headerAuthenticator('x-api-key', { good: alice })
    const { stages, notes } = notedStages(createStages({ authenticate, routes: [{ path: '/**', roles: ['a'] }] }))
    const admitted = stages.admit(raw, 'http')
    assert.ok(!(admitted instanceof AuthError))
    const rule = stages.match(admitted.request)
    assert.equal(await stages.authenticate(admitted.request), alice)
    assert.equal((await stages.authorize(alice, admitted.request, rule)).allow, false)
    const onward = stages.propagate(admitted, alice, 'http')
    assert.deepEqual([notes.admitted, notes.principal, notes.onward], [admitted, alice, onward])
    assert.deepEqual(
      [...notes.refusals].map(([stage, error]) => [stage, error?.reason]),
      [
        ['admit', undefined],
        ['authenticate', undefined],
        ['authorize', 'role'],
        ['propagate', undefined],
      ],
    )
    assert.equal(notes.rule?.rule, rule)
  })

  test('is a refusal, when a stage throws at once or later', async () => {
    for (const failing of [() => assert.fail('down'), () => Promise.reject(new Error('down'))]) {
      const { stages, notes } = notedStages(createStages({ authenticate: answeringAuthenticator(failing) }))
      await assert.rejects(async () => stages.authenticate(requestView()))
      assert.equal(notes.refusals.get('authenticate')?.status, 503)
    }
  })
})
