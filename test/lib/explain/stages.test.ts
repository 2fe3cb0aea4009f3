import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notedStages } from '../../../lib/explain/notes.ts'
import { explainedStages } from '../../../lib/explain/stages.ts'
import { createStages } from '../../../lib/stages.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { rawRequest } from '../../support/raw-request.ts'

test('before anything has run, nothing is reached', () => {
  const stages = createStages({ authenticate: headerAuthenticator('x-api-key', {}) })
  const explained = explainedStages(stages, rawRequest(), notedStages(stages).notes, [], false)
  const { strip, ...others } = explained
  assert.deepEqual(strip.removed, [])
  for (const stage of Object.values(others)) assert.equal(stage.verdict, 'not reached')
})

test('of a preflight, what follows its admission is left out', () => {
  const stages = createStages({ authenticate: headerAuthenticator('x-api-key', {}) })
  const noted = notedStages(stages)
  noted.stages.admit(rawRequest(), 'http')
  const { admit, authenticate, match } = explainedStages(stages, rawRequest(), noted.notes, [], true)
  assert.deepEqual([admit.verdict, authenticate.verdict, match.verdict], ['passed', 'left out', 'not reached'])
})
