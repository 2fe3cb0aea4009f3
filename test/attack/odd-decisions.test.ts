import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { allOf } from '../../lib/authenticate/all-of.ts'
import { AuthError } from '../../lib/errors.ts'
import { type Decision, DependencyError } from '../../lib/index.ts'
import { authorize } from '../../middleware/authorize.ts'
import { boundary } from '../../middleware/boundary.ts'
import { apiBoundary, CREDENTIALS } from '../support/api-boundary.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { handshake } from '../support/raw-exchange.ts'
import { sendBytes, sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { untyped } from '../support/refused-option.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { startUpgradeServer } from '../support/upgrade-server.ts'

const ALICE = [['X-API-Key', 'alice']] as const

function throwing(thrown: unknown): never {
  throw thrown
}

const DECISIONS: Readonly<Record<string, () => unknown>> = {
  'a getter that throws undefined': () => ({
    get allow() {
      return throwing(undefined)
    },
  }),
  'an error that is no AuthError': () => ({ allow: false, error: new Error('no') }),
  'an error getter that throws': () => ({
    allow: false,
    get error() {
      return throwing('')
    },
  }),
  'allow that is only truthy': () => ({ allow: 1 }),
  nothing: () => undefined,
  'null, later': async () => null,
  'an error that is no AuthError, later': async () => ({ allow: false, error: new Error('no') }),
  'a rejection with undefined': () => Promise.reject(undefined),
  'a throw of 0': () => throwing(0),
}

for (const [name, decide] of Object.entries(DECISIONS)) {
  test(`a policy that answers with ${name} lets nobody in`, async () => {
    let reached = false
    const policy = { name: 'odd', decide: untyped<() => Decision>(decide) }
    const app = express().use(apiBoundary(), authorize(policy), (_request, response) => {
      reached = true
      response.end()
    })
    const answer = await sendRequest(await serve(app), { path: '/echo', headers: ALICE })
    assert.deepEqual([answer.status, reached], [503, false])
  })
}

for (const detail of [{ toJSON: () => throwing(undefined) }, 10n, Symbol('x')]) {
  test(`a refusal whose detail is a ${typeof detail} is still a refusal`, async () => {
    for (const later of [false, true]) {
      const error = new AuthError('access_denied', {
        reason: 'r',
        detail: untyped<string>(detail),
        retryAfterSeconds: Number.NaN,
      })
      const answer = { outcome: 'rejected', error } as const
      const authenticate = answeringAuthenticator(() => (later ? Promise.resolve(answer) : answer))
      const app = express().use(boundary({ authenticate }), (_request, response) => response.end('in'))
      assert.equal((await sendRequest(await serve(app), { headers: ALICE })).status, 403)
    }
  })
}

const UNSENDABLE: readonly Readonly<Record<string, string>>[] = [
  { 'a b': 'x' },
  { '': 'x' },
  { 'x\r\nx-injected': 'x' },
  { 'x-a': 'x\r\nx-injected: x' },
  { 'Transfer-Encoding': 'chunked' },
  { 'Content-Length': '1' },
  { connection: 'upgrade' },
]
for (const answerHeaders of UNSENDABLE) {
  test(`a refusal with ${JSON.stringify(answerHeaders)} lets nobody in, frames no answer, and ends no process`, async () => {
    const error = new AuthError('access_denied', { reason: 'r', answerHeaders })
    for (const later of [false, true]) {
      const answer = { allow: false, error } as const
      const policy = { name: 'odd', decide: () => (later ? Promise.resolve(answer) : answer) }
      const authenticate = headerAuthenticator('x-api-key', CREDENTIALS)
      const { port, accepted } = await startUpgradeServer({ authenticate, routes: [{ path: '/**', policy }] })
      const key = 'X-API-Key: alice'
      for (const raw of [
        await sendRequestLines(port, { target: '/', headers: [key] }),
        await sendBytes(port, `${handshake('/', key).join('\r\n')}\r\n\r\n`, 2_000),
      ]) {
        assert.equal(statusOf(raw), 503)
        assert.doesNotMatch(raw, /x-injected|transfer-encoding|connection: upgrade|content-length: 1\r/i)
      }
      assert.equal(accepted.length, 0)
    }
  })
}

test('two dependencies that fail, one now and one later, are one 503, and nobody else hears of it', async () => {
  const unheard: unknown[] = []
  const hear = (reason: unknown) => unheard.push(reason)
  process.on('unhandledRejection', hear)
  const later = answeringAuthenticator(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    throw new DependencyError('key store', 'failed')
  })
  const now = answeringAuthenticator(() => throwing(new DependencyError('key set', 'failed')))
  const app = express().use(boundary({ authenticate: allOf([later, now]) }))
  assert.equal((await sendRequest(await serve(app), { headers: ALICE })).status, 503)
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', hear)
  assert.deepEqual(unheard, [])
})
