import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { securityEventReceiver } from '../../middleware/security-event-receiver.ts'
import { NOW } from '../support/access-token.ts'
import { claimedOnce } from '../support/claimed-once.ts'
import { FRAMEWORKS } from '../support/frameworks.ts'
import { memoryRevocations } from '../support/memory-revocations.ts'
import { RECEIVER, SECURITY_EVENT_TYPE, securityEventClaims, TRANSMITTER } from '../support/security-event.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const SECRET = `Bearer ${'s'.repeat(32)}`
const SET = 'application/secevent+jwt'
const key = createSigningKey()
const transmitter = {
  issuer: TRANSMITTER,
  audience: RECEIVER,
  algorithms: ['ES256'] as const,
  keys: { keys: [key.jwk] },
  authorization: SECRET,
}

function setUp() {
  const revocations = memoryRevocations()
  const replays = claimedOnce()
  return {
    revocations,
    receiver: securityEventReceiver({ transmitters: [transmitter], revocations, replays, now: () => NOW }),
  }
}

function push(origin: string, body: string, { type = SET, authorization = SECRET } = {}) {
  return fetch(origin, { method: 'POST', body, headers: { 'content-type': type, authorization } })
}

const token = (jti: string) => key.sign(securityEventClaims({ jti }), SECURITY_EVENT_TYPE)

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  suite(`a transmitter pushes a token to ${name}`, async () => {
    const { revocations, receiver } = setUp()
    const origin = `http://127.0.0.1:${await serve(framework(receiver))}`

    test('202, and what it says is done', async () => {
      const response = await push(origin, token('1'))
      assert.deepEqual([response.status, await response.text()], [202, ''])
      assert.equal(revocations.take()[0]?.kind, 'subject')
    })

    test('400 with a code, when it is no good or not from there', async () => {
      const answers = [await push(origin, 'x'), await push(origin, token('2'), { authorization: 'Bearer x' })]
      assert.deepEqual(
        await Promise.all(answers.map(async (each) => [each.status, ((await each.json()) as { err: string }).err])),
        [
          [400, 'invalid_issuer'],
          [400, 'authentication_failed'],
        ],
      )
      assert.deepEqual(revocations.take(), [])
    })

    test('503 when the list is down, and 202 when it is up again', async () => {
      revocations.setDown(true)
      const response = await push(origin, token('3'))
      assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'])
      revocations.setDown(false)
      assert.equal((await push(origin, token('3'))).status, 202)
      revocations.take()
    })

    test('405, 413 and 415 for what is no such body', async () => {
      assert.equal((await fetch(origin)).status, 405)
      assert.equal((await push(origin, 'x'.repeat(70_000))).status, 413)
      for (const type of ['application/jwt', 'application/json', 'application/x-www-form-urlencoded']) {
        assert.equal((await push(origin, token('4'), { type })).status, 415)
      }
      assert.deepEqual(revocations.take(), [])
    })
  })
}

test('a parser before it may have read the body', async () => {
  for (const parser of [express.text({ type: SET }), express.raw({ type: SET }), express.json()]) {
    const { revocations, receiver } = setUp()
    const app = express().use(parser, receiver)
    const response = await push(`http://127.0.0.1:${await serve(app)}`, `${token('1')}\r\n`)
    assert.equal(response.status, 202)
    assert.equal(revocations.take().length, 1)
  }
})
