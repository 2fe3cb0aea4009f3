import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { requestView } from '../../support/request-view.ts'

test('a view may be logged: no printing shows a credential', () => {
  const view = requestView({ authorization: 'Bearer secret-token' })
  const printed = [inspect(view, { showHidden: true, depth: 9 }), JSON.stringify(view), String(view)]
  for (const text of [...printed, JSON.stringify({ ...view }), JSON.stringify(structuredClone({ ...view }))]) {
    assert.ok(!text.includes('secret-token'), text)
  }
})

test('an authenticator reads a credential by its lower-case name', () => {
  const view = requestView({ authorization: 'Bearer secret-token' })
  assert.equal(view.credential('authorization'), 'Bearer secret-token')
  assert.equal(view.credential('x-api-key'), undefined)
  assert.equal(view.credential('constructor'), undefined)
})
