import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../lib/errors.ts'
import { createRefuse } from '../../lib/refusal.ts'
import { refuseRequest } from '../../middleware/respond.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const refuse = createRefuse(headerAuthenticator('x-api-key', {}))
const refusal = () => refuse(new AuthError('invalid_token', { reason: 'secret reason' }))

const unwanted = () => assert.fail('it was handed on')

suite('a refusal', () => {
  test('is answered whole', async () => {
    const port = await serve((_request, response) => refuseRequest(refusal(), response, unwanted, 'respond'))
    const answer = await sendRequest(port)
    assert.equal(answer.status, 401)
    assert.equal(answer.json().code, 'invalid_token')
    assert.equal(Number(answer.headers['content-length']), answer.body.length)
    assert.ok(!answer.body.includes('secret reason'))
  })

  test('keeps the headers of others, such as those for security', async () => {
    const port = await serve((_request, response) => {
      response.setHeader('Strict-Transport-Security', 'max-age=1')
      refuseRequest(refusal(), response, unwanted, 'respond')
    })
    assert.equal((await sendRequest(port)).headers['strict-transport-security'], 'max-age=1')
  })

  test('is handed on with its headers, but those of the body', async () => {
    let handed: unknown
    const port = await serve((_request, response) => {
      const next = (error?: unknown) => {
        handed = error
        response.end()
      }
      refuseRequest(refusal(), response, next, 'next')
    })
    await sendRequest(port)
    assert.ok(handed instanceof AuthError)
    assert.deepEqual(Object.keys(handed.headers).sort(), ['cache-control', 'www-authenticate', 'x-request-id'])
  })

  for (const onError of ['respond', 'next'] as const) {
    test(`ends an answer that has begun already (${onError})`, async () => {
      const port = await serve((_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('half')
        refuseRequest(refusal(), response, unwanted, onError)
      })
      await assert.rejects(sendRequest(port))
    })
  }
})
