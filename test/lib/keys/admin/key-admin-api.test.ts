import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeyAdminRequest, keyAdminApi } from '../../../../lib/keys/admin/key-admin-api.ts'
import { apiKeysFixture, granted } from '../../../support/api-keys-fixture.ts'

const { keys, clock } = apiKeysFixture()
const api = keyAdminApi(keys, clock.now)

async function send(method: string, path: string, body?: unknown) {
  const [pathname = '', query = ''] = path.split('?')
  const request: KeyAdminRequest = {
    method,
    path: pathname,
    query: new URLSearchParams(query),
    body,
    actor: 'user:root',
  }
  const { status, headers, body: text } = await api(request)
  return { status, headers, body: JSON.parse(text) }
}

const FIELDS = { owner: 'acme', environment: 'live', scopes: ['read:orders'] }

test('creating shows the key once', async () => {
  const { status, body } = await send('POST', '/', FIELDS)
  assert.equal(status, 201)
  assert.match(body.key, /^sk_live_/)
  const shown = await send('GET', `/${body.id}`)
  assert.equal(shown.status, 200)
  assert.equal('key' in shown.body, false)
  assert.equal(shown.body.status, 'active')
})

test('listing turns pages', async () => {
  for (let count = 0; count < 3; count++) granted(await keys.create({ ...FIELDS, owner: 'pages' }))
  const first = await send('GET', '/?owner=pages&limit=2')
  assert.equal(first.body.keys.length, 2)
  const second = await send('GET', `/?owner=pages&limit=2&cursor=${first.body.next}`)
  assert.equal(second.body.keys.length, 1)
  assert.equal(second.body.next, undefined)
})

test('rotating takes a grace, or none', async () => {
  const { body: old } = await send('POST', '', FIELDS)
  const rotated = await send('POST', `/${old.id}/rotate`, { graceSeconds: 60 })
  assert.equal(rotated.status, 201)
  assert.equal(rotated.body.replaced.status, 'replaced')
  const again = await send('POST', `/${rotated.body.id}/rotate`)
  assert.equal(again.body.replaced.status, 'expired')
})

for (const [what, method, path, body, status, code] of [
  ['a body that is none', 'POST', '/', undefined, 400, 'invalid_request'],
  ['a body that is a list', 'POST', '/', [], 400, 'invalid_request'],
  ['an unknown field', 'POST', '/', { ...FIELDS, hash: 'x' }, 400, 'invalid_request'],
  ['a role that splits', 'POST', '/', { ...FIELDS, roles: ['a,admin'] }, 400, 'invalid_request'],
  ['a network that is none', 'POST', '/', { ...FIELDS, allowedNetworks: ['10.0.0.0/33'] }, 400, 'invalid_request'],
  ['an unknown parameter', 'GET', '/?onwer=acme', undefined, 400, 'invalid_request'],
  ['a limit that is none', 'GET', '/?limit=0', undefined, 400, 'invalid_request'],
  ['active that is neither', 'GET', '/?active=yes', undefined, 400, 'invalid_request'],
  ['a grace that is no number', 'POST', '/key_1/rotate', { graceSeconds: '60' }, 400, 'invalid_request'],
  ['a grace of more than a year', 'POST', '/key_1/rotate', { graceSeconds: 1e9 }, 400, 'invalid_request'],
  ['a change of what does not change', 'PATCH', '/key_1', { owner: 'other' }, 400, 'invalid_request'],
  ['an id that is none', 'GET', '/key_1', undefined, 404, 'not_found'],
  ['a change of no key', 'PATCH', '/key_1', { label: 'x' }, 404, 'not_found'],
  ['a rotation of no key', 'POST', '/key_1/rotate', {}, 404, 'not_found'],
  ['a revocation of no key', 'DELETE', '/key_1', undefined, 404, 'not_found'],
  ['a path that is none', 'GET', '/key_1/other', undefined, 404, 'not_found'],
  ['a method that is not for it', 'PUT', '/key_1', {}, 405, 'method_not_allowed'],
] as const) {
  test(`${what} is ${status}`, async () => {
    const answer = await send(method, path, body)
    assert.deepEqual([answer.status, answer.body.code], [status, code])
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    if (status === 405) assert.equal(answer.headers.allow, 'GET, HEAD, PATCH, DELETE')
  })
}
