import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'

const PROXY = { trustedProxies: ['127.0.0.1'] }
const byDefault = await attackedGateway(PROXY)
const office = await attackedGateway({ ...PROXY, config: { adminNetworks: ['198.51.100.0/24', '2001:db8::/32'] } })

/** The status of an administrator's request, from the address that the proxy in front tells. */
async function statusFrom(gateway: typeof byDefault, address: string | undefined, path = '/admin/x') {
  const authorization = `Bearer ${gateway.token({ roles: ['admin'] })}`
  const forwarded = address === undefined ? undefined : { 'x-forwarded-for': address }
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers: { authorization, ...forwarded } })
  await response.body?.cancel()
  return response.status
}

suite('/admin/** is for the networks of administrators', () => {
  test('by default this machine', async () => {
    assert.equal(await statusFrom(byDefault, undefined), 200)
    for (const address of ['198.51.100.7', '10.0.0.1', '2001:db8::7', '127.0.0.1, 198.51.100.7']) {
      assert.equal(await statusFrom(byDefault, address), 403, address)
      assert.equal(await statusFrom(byDefault, address, '/echo'), 200, address)
    }
  })

  test('or those that are configured', async () => {
    for (const address of ['198.51.100.7', '2001:db8::7', '::ffff:198.51.100.7', '203.0.113.1, 198.51.100.7']) {
      assert.equal(await statusFrom(office, address), 200, address)
    }
    for (const address of [undefined, '203.0.113.1', '198.51.100.7, 203.0.113.1', '2001:db9::7']) {
      assert.equal(await statusFrom(office, address), 403, address)
    }
  })

  test('the key administration as well', async () => {
    assert.equal(await statusFrom(office, '198.51.100.7', '/admin/keys/openapi.json'), 200)
    assert.equal(await statusFrom(office, '203.0.113.1', '/admin/keys/openapi.json'), 403)
  })

  test('and nobody gets in by the network alone', async () => {
    const headers = { 'x-api-key': office.apiKey, 'x-forwarded-for': '198.51.100.7' }
    assert.equal((await fetch(`http://127.0.0.1:${office.port}/admin`, { headers })).status, 403)
  })
})

test('without a trusted proxy, a client cannot say that it is elsewhere', async () => {
  const alone = await attackedGateway({ config: { adminNetworks: ['198.51.100.0/24'] } })
  assert.equal(await statusFrom(alone, '198.51.100.7'), 403)
})
