import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revocationAdminApi, revocationProblem } from '../../../../lib/revoke/admin/revocation-admin-api.ts'
import { type RevocationRequest, revocationRequests } from '../../../../lib/revoke/revocation-request.ts'
import { memoryRevocations } from '../../../support/memory-revocations.ts'
import { publishedOn } from '../../../support/published-events.ts'

const revocations = memoryRevocations()
const api = revocationAdminApi({ revocations, keepForSeconds: 100, now: () => 1_000 })

function send(method: string, path: string, body?: unknown) {
  return api({ method, path, body, actor: 'user:root' })
}

test('a revocation is recorded, told back as it was understood, and an event', async () => {
  const events = publishedOn<RevocationRequest>(revocationRequests)
  const revocation = { kind: 'token', tokenId: 't', expiresAt: 1_100 }
  const { status, body } = await send('POST', '/', { jti: 't' })
  assert.deepEqual([status, JSON.parse(body)], [201, revocation])
  assert.deepEqual(revocations.take(), [revocation])
  assert.deepEqual(events, [{ input: 'administration', revocation, actor: 'user:root', at: 1_000 }])
})

test('the same again is answered the same', async () => {
  const answers = [await send('POST', '', { sid: 's' }), await send('POST', '', { sid: 's' })]
  assert.deepEqual(answers[0], answers[1])
  assert.equal(answers[0]?.status, 201)
  revocations.take()
})

test('what is wrong is told, and nothing is recorded', async () => {
  const { status, body } = await send('POST', '/', { jti: '' })
  assert.equal(status, 400)
  assert.match(JSON.parse(body).detail, /"jti"/)
  assert.equal(JSON.parse(body).type, 'urn:gatewarden:revocation-problem:invalid_request')
  assert.deepEqual(revocations.take(), [])
})

test('there is one resource, for one method, and its description', async () => {
  assert.equal((await send('POST', '/else', { jti: 't' })).status, 404)
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const { status, headers } = await send(method, '/', { jti: 't' })
    assert.deepEqual([status, headers.allow], [405, 'POST'])
  }
  assert.deepEqual(revocations.take(), [])
  assert.equal((await send('GET', '/openapi.json')).status, 200)
  assert.equal((await send('POST', '/openapi.json', { jti: 't' })).status, 405)
})

test('a list that fails is no answer, and no event', async () => {
  const events = publishedOn<RevocationRequest>(revocationRequests)
  revocations.setDown(true)
  await assert.rejects(send('POST', '/', { jti: 't' }), /down/)
  revocations.setDown(false)
  assert.deepEqual(events, [])
})

test('problems are of a kind of their own', () => {
  const { status, body } = revocationProblem(404, 'not_found', 'There is nothing here')
  assert.deepEqual([status, JSON.parse(body).code], [404, 'not_found'])
})
