import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startDemo } from '../support/demo.ts'

const demo = await startDemo()
after(() => demo.stop())
const { gateway, credentials } = demo.ready

async function send(method: string, path: string, body?: unknown, token = credentials.users.alice.accessToken) {
  const response = await fetch(`${gateway}/admin/keys${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function statusWith(key: unknown): Promise<number> {
  return (await fetch(`${gateway}/orders`, { headers: { 'x-api-key': String(key) } })).status
}

test('a key is made, works, is rotated with an overlap, and ends at once when it is revoked', async () => {
  const made = await send('POST', '/', { owner: 'partner-gamma', environment: 'live', scopes: ['read:orders'] })
  assert.equal(made.status, 201)
  assert.equal(await statusWith(made.body.key), 200)
  assert.equal('key' in (await send('GET', `/${made.body.id}`)).body, false)

  const rotated = await send('POST', `/${made.body.id}/rotate`, { graceSeconds: 600 })
  assert.equal(rotated.status, 201)
  assert.equal(await statusWith(rotated.body.key), 200)
  assert.equal(await statusWith(made.body.key), 200)
  assert.equal((await send('POST', `/${made.body.id}/rotate`, { graceSeconds: 600 })).status, 409)

  for (const { id } of [made.body, rotated.body]) assert.equal((await send('DELETE', `/${id}`)).body.status, 'revoked')
  assert.equal(await statusWith(made.body.key), 401)
  assert.equal(await statusWith(rotated.body.key), 401)
  const listed = await send('GET', '?owner=partner-gamma')
  assert.equal((listed.body.keys as unknown[]).length, 2)
  assert.doesNotMatch(JSON.stringify(listed.body), /hash|sk_live/)
})

test('a change takes effect, and null takes a value away', async () => {
  const made = await send('POST', '/', { owner: 'partner-delta', environment: 'live', scopes: ['read:orders'] })
  const limited = await send('PATCH', `/${made.body.id}`, { allowedNetworks: ['203.0.113.0/24'], label: 'import' })
  assert.deepEqual(limited.body.allowedNetworks, ['203.0.113.0/24'])
  assert.equal(await statusWith(made.body.key), 403)
  assert.equal('allowedNetworks' in (await send('PATCH', `/${made.body.id}`, { allowedNetworks: null })).body, false)
  assert.equal(await statusWith(made.body.key), 200)
})

test('only administrators come near it', async () => {
  assert.equal((await send('GET', '/', undefined, credentials.users.bob.accessToken)).status, 403)
  assert.equal((await fetch(`${gateway}/admin/keys`)).status, 401)
})
