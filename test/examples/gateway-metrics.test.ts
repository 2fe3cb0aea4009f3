import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { after, suite, test } from 'node:test'
import { startDemo } from '../support/demo.ts'

const demo = await startDemo()
after(() => demo.stop())
const { gateway, gatewayTls, metrics, credentials } = demo.ready
const { apiKeys, users } = credentials

/** What has been counted, by name and labels. */
async function counted(): Promise<string> {
  const response = await fetch(`${metrics}/metrics`)
  assert.equal(response.status, 200)
  return response.text()
}

test('decisions are counted, for Prometheus to read', async () => {
  for (const headers of [{ 'x-api-key': apiKeys.live.key }, { 'x-api-key': apiKeys.expired.key }, {}]) {
    await (await fetch(`${gateway}/orders/echo?a-secret=1`, { headers: { ...headers } })).text()
  }
  await (await fetch(`${gateway}/admin`, { headers: { authorization: `Bearer ${users.bob.accessToken}` } })).text()
  const told = await counted()
  assert.match(told, /^# TYPE \w+ counter$/m)
  assert.match(told, /^# TYPE \w+ histogram$/m)
  assert.match(told, /^\w+\{.*"GET \/orders\/\*\*".*\} [1-9]/m)
})

test('and tell of nobody', async () => {
  const told = await counted()
  for (const { key } of Object.values(apiKeys)) assert.ok(!told.includes(key))
  assert.ok(!told.includes(users.bob.accessToken))
  assert.doesNotMatch(told, /partner-acme|tenant_xyz|\bbob\b|a-secret|orders\/echo/)
})

suite('they are to be had on their own port alone', () => {
  test('on this machine', async () => {
    assert.match(metrics, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.notEqual(new URL(metrics).port, new URL(gateway).port)
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
    for (const { address } of outside) {
      const refused = await new Promise((resolve) => {
        const socket = connect(Number(new URL(metrics).port), address, () => resolve(false))
        socket.on('error', () => resolve(true)).on('connect', () => socket.destroy())
      })
      assert.ok(refused, address)
    }
  })

  test('and not of the gateway, nor the other way round', async () => {
    const authorization = `Bearer ${users.alice.accessToken}`
    assert.equal((await fetch(`${gateway}/metrics`)).status, 401)
    assert.equal((await fetch(`${gateway}/metrics`, { headers: { authorization } })).status, 403)
    assert.notEqual(new URL(gatewayTls).port, new URL(metrics).port)
    for (const path of ['/health', '/orders', '/metrics/x']) {
      assert.equal((await fetch(metrics + path, { headers: { authorization } })).status, 404, path)
    }
  })

  test('to be read, and by no name that a page of somebody could have', async () => {
    assert.equal((await fetch(`${metrics}/metrics`, { method: 'POST' })).status, 405)
    const status = (host: string) =>
      new Promise((resolve, reject) => {
        const sent = request(`${metrics}/metrics`, { headers: { host }, agent: false }, async (response) => {
          await text(response)
          resolve(response.statusCode)
        })
        sent.on('error', reject).end()
      })
    assert.equal(await status('localhost:1'), 200)
    assert.equal(await status('rebound.example'), 421)
  })
})
