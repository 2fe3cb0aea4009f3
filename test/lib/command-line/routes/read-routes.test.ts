import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arguments } from '../../../../lib/command-line/arguments.ts'
import { CommandFailure } from '../../../../lib/command-line/exit-code.ts'
import { readRoutes } from '../../../../lib/command-line/routes/read-routes.ts'
import { commandLine } from '../../../support/command-line.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'

const read = (input: string) => readRoutes(new Arguments(['-'], new Map()), commandLine({ input }).io)

test('any policy will do, and decides nothing', async () => {
  const { rules } = await read('routes: [{path: /a, policy: whatever}]')
  assert.deepEqual(rules[0]?.asks, ['policy whatever'])
  const decision = rules[0] && atOnce(rules[0].decide(principal(), requestView()))
  assert.equal(decision?.allow, false)
})

test('what is wrong ends the command', async () => {
  await assert.rejects(read('routes: [{path: /a}]'), CommandFailure)
})
