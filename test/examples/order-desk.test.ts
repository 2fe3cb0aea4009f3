import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { WebSocket } from 'ws'
import { startOrderDesk } from '../../examples/demo/order-desk.ts'

const desk = await startOrderDesk()
after(() => desk.close())

const ALICE = { 'x-user-id': 'alice', 'x-user-roles': 'admin,editor', 'x-tenant-id': 'tenant_xyz' }

async function page(path: string, headers: Record<string, string> = ALICE) {
  const response = await fetch(desk.url + path, { headers })
  return { status: response.status, html: await response.text() }
}

test('it believes X-User-ID, X-User-Roles and X-Tenant-ID', async () => {
  const orders = await page('/orders')
  assert.equal(orders.status, 200)
  assert.match(orders.html, /You are alice \(admin, editor\) of tenant_xyz/)
  assert.match(orders.html, /Sealing wax/)
  assert.doesNotMatch(orders.html, /Wrought-iron gate/, 'an order of another tenant')
})

test('the pages', async () => {
  assert.match((await page('/')).html, /OrderDesk/)
  assert.match((await page('/orders/1001')).html, /12 × Sealing wax/)
  assert.match((await page('/public/welcome', {})).html, /You are a stranger\./)
  assert.match((await page('/admin')).html, /<li>alice<\/li><li>bob<\/li>/)
  assert.equal((await page('/admin', { 'x-user-id': 'bob', 'x-user-roles': 'viewer' })).status, 403)
  assert.equal((await page('/orders/1003')).status, 404, 'an order of another tenant')
  assert.equal((await page('/nothing')).status, 404)
  assert.equal((await fetch(`${desk.url}/orders/1001`, { method: 'DELETE' })).status, 405)
})

test('_ and . in a header name are -, and the last value wins, as for a CGI backend', async () => {
  const html = await new Promise<string>((resolve, reject) => {
    request(`${desk.url}/`, (response) => text(response).then(resolve, reject))
      .setHeader('X-User-ID', 'alice')
      .setHeader('x_user_id', 'mallory')
      .setHeader('X.User.Roles', 'admin')
      .on('error', reject)
      .end()
  })
  assert.match(html, /You are mallory \(admin\)/)
})

test('an order is placed, shown, and escaped', async () => {
  const body = new URLSearchParams({ item: '<script>alert(1)</script>', quantity: '3' })
  const placed = await fetch(`${desk.url}/orders`, { method: 'POST', headers: ALICE, body, redirect: 'manual' })
  assert.equal(placed.status, 303)
  const order = await page(placed.headers.get('location') ?? '', { ...ALICE, 'x-user-id': '"><b>' })
  assert.match(order.html, /3 × &lt;script&gt;alert\(1\)&lt;\/script&gt;, ordered by alice/)
  assert.match(order.html, /You are &quot;&gt;&lt;b&gt;/)
  const long = await fetch(`${desk.url}/orders`, { method: 'POST', body: 'x'.repeat(3_000_000) })
  assert.equal(long.status, 413)
})

test('any path that ends in /echo answers with what arrived', async () => {
  for (const target of ['/echo', '/orders/echo?q=%2F', '/public/echo', '/admin/x/echo']) {
    const response = await fetch(desk.url + target, {
      method: 'PUT',
      body: 'some bytes',
      headers: { 'X-Probe': 'One' },
    })
    assert.equal(response.headers.get('content-type'), 'application/json')
    const arrived = (await response.json()) as Record<string, unknown>
    assert.deepEqual(Object.keys(arrived), ['method', 'target', 'headers', 'rawHeaders', 'bodySha256'])
    assert.equal(arrived.method, 'PUT')
    assert.equal(arrived.target, target)
    assert.equal(arrived.bodySha256, createHash('sha256').update('some bytes').digest('hex'))
    assert.equal((arrived.headers as Record<string, string>)['x-probe'], 'One')
    assert.ok((arrived.rawHeaders as string[]).includes('One'))
  }
})

test('/ws echoes; another path is not there', async () => {
  const url = desk.url.replace('http:', 'ws:')
  const webSocket = new WebSocket(`${url}/ws?hello=1`, { headers: ALICE })
  const [hello] = await once(webSocket, 'message')
  assert.equal(JSON.parse(String(hello))['x-user-id'], 'alice')
  webSocket.send(Buffer.from([1, 2, 3]))
  const [message, isBinary] = await once(webSocket, 'message')
  assert.deepEqual([...message], [1, 2, 3])
  assert.equal(isBinary, true)
  webSocket.close()
  for (const path of ['/elsewhere', '//']) {
    const [response] = await once(upgradeRequest(path), 'response')
    assert.equal(response.statusCode, 404, path)
    response.destroy()
  }
})

function upgradeRequest(path: string) {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return request({ port: new URL(desk.url).port, host: '127.0.0.1', path, headers }).end()
}
