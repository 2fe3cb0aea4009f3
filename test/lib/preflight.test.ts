import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { createPipeline } from '../../lib/pipeline.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { rawRequest } from '../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'

const APP = 'https://app.example.com'
const pipelineOf = (options: Partial<BoundaryOptions> = {}) =>
  createPipeline({ authenticate: headerAuthenticator('x-api-key', {}), cors: { origins: [APP] }, ...options })
const preflightTo = (target: string, origin = APP) =>
  rawRequest({
    method: 'OPTIONS',
    target,
    headers: [
      ['Host', 'api.example.test'],
      ['Origin', origin],
      ['Access-Control-Request-Method', 'PUT'],
    ],
  })

suite('a preflight', () => {
  const events = decisionEvents()
  test('is answered, and is a decision', () => {
    const answer = pipelineOf().preflight(preflightTo('/orders/1'))
    assert.equal(answer?.status, 204)
    assert.equal(answer.headers['access-control-allow-headers'], 'x-api-key, content-type')
    assert.equal(answer.headers['access-control-allow-methods'], 'GET, HEAD, POST, PUT, PATCH, DELETE')
    const event = events.at(-1)
    assert.deepEqual(
      [event?.outcome, event?.decidedBy, event?.method, event?.requestId],
      ['allowed', 'preflight', 'OPTIONS', answer.headers['x-request-id']],
    )
  })
  test('of another page is denied', () => {
    assert.equal(pipelineOf().preflight(preflightTo('/orders/1', 'https://evil.example'))?.status, 403)
    assert.deepEqual([events.at(-1)?.outcome, events.at(-1)?.reason], ['denied', 'origin'])
  })
})

test('what is not admitted takes the way of any request', () => {
  for (const target of ['/public/../admin', '//', '*', 'http://api.example.test/']) {
    assert.equal(pipelineOf().preflight(preflightTo(target)), undefined)
  }
  assert.equal(pipelineOf().preflight({ ...preflightTo('/orders'), rewritten: true }), undefined)
  assert.equal(pipelineOf({ methods: ['GET'] }).preflight(preflightTo('/orders')), undefined)
})

test('without the option there is none', () => {
  const pipeline = createPipeline({ authenticate: headerAuthenticator('x-api-key', {}) })
  assert.equal(pipeline.preflight(preflightTo('/orders/1')), undefined)
  assert.equal(pipeline.cors, undefined)
})

test('an option that is none is refused', () => {
  for (const cors of [false, null, '*', {}])
    assertRefusedOption(() => pipelineOf({ cors: untyped(cors) }), 'boundary.cors')
})
