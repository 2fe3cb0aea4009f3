import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { LimitRule } from '../../lib/limit/limit-rule.ts'
import { limitedGateway } from '../support/limited-gateway.ts'
import { handshake } from '../support/raw-exchange.ts'
import { sendBytes, sendRequestLines, statusesIn, statusOf } from '../support/raw-tcp.ts'
import { sendRequest } from '../support/send-request.ts'

const NETWORK: LimitRule = { name: 'network', by: 'network', windows: [{ quota: 3, windowSeconds: 60 }] }
const CLIENT: LimitRule = { name: 'client', by: 'client', windows: [{ quota: 3, windowSeconds: 60 }] }
const REST = [429, 429, 429]

suite('who says to come from somewhere else', () => {
  const spoofs = (index: number): readonly (readonly string[])[] => [
    [`X-Forwarded-For: 198.51.100.${index}`],
    [`X-Forwarded-For: 198.51.100.${index}, 203.0.113.${index}`],
    [`X_Forwarded_For: 198.51.100.${index}`],
    [`Forwarded: for=198.51.100.${index}`],
    [`X-Real-IP: 198.51.100.${index}`],
    [
      `X-Client-IP: 198.51.100.${index}`,
      `True-Client-IP: 198.51.100.${index}`,
      `CF-Connecting-IP: 198.51.100.${index}`,
    ],
    [`X-Forwarded-For: 198.51.100.${index}`, `X-Forwarded-For: 203.0.113.${index}`],
  ]
  for (const [kind] of spoofs(0).entries()) {
    test(`is counted where it comes from: ${spoofs(0)[kind]?.join(' and ')}`, async () => {
      const { port, upstream } = await limitedGateway({ rules: [NETWORK] })
      const statuses: number[] = []
      for (let index = 0; index < 6; index++) {
        statuses.push(
          statusOf(await sendRequestLines(port, { target: '/public/x', headers: spoofs(index)[kind] ?? [] })),
        )
      }
      assert.deepEqual(statuses, [200, 200, 200, ...REST])
      assert.equal(upstream.take().length, 3)
    })
  }

  test('behind a trusted proxy counts as what that proxy saw, whatever stands before it', async () => {
    const { port } = await limitedGateway({ rules: [NETWORK] }, ['127.0.0.1'])
    const from = async (chain: string) =>
      statusOf(await sendRequestLines(port, { target: '/public/x', headers: [`X-Forwarded-For: ${chain}`] }))
    const statuses: number[] = []
    for (let index = 0; index < 6; index++) statuses.push(await from(`203.0.113.${index}, 198.51.100.7`))
    assert.deepEqual(statuses, [200, 200, 200, ...REST])
    assert.equal(await from('198.51.100.8'), 200, 'others are not held to account for it')
    assert.equal(await from('::ffff:198.51.100.7'), 429, 'another spelling of the address')
    assert.equal(await from('::ffff:c633:6407'), 429, 'and one more')
    for (let index = 0; index < 3; index++) assert.equal(await from(`2001:db8::${index}`), 200)
    assert.equal(await from('2001:db8::ffff:ffff'), 429, 'of one /64')
  })
})

test('a flood of bad keys is stopped before the authenticator is asked, and stops nobody else', async () => {
  const { port, upstream, authentications, key } = await limitedGateway({ rules: [NETWORK, CLIENT] }, ['127.0.0.1'])
  const good = await key('partner')
  const send = async (from: string, sent: string) => {
    const headers = [`X-Forwarded-For: ${from}`, `X-API-Key: ${sent}`]
    return statusOf(await sendRequestLines(port, { target: '/orders/1', headers }))
  }
  const statuses: number[] = []
  for (let index = 0; index < 50; index++) statuses.push(await send('203.0.113.1', `guess-${index}`))
  assert.deepEqual(statuses, [401, 401, 401, ...Array.from({ length: 47 }, () => 429)])
  assert.equal(authentications(), 3)
  assert.equal(upstream.take().length, 0)
  assert.equal(await send('203.0.113.1', good), 429, 'not even a good key is looked at')
  assert.equal(await send('203.0.113.2', good), 200)
})

test('a client gets no more by having more keys', async () => {
  const { port, upstream, key } = await limitedGateway({ rules: [CLIENT] })
  const statuses: number[] = []
  for (let index = 0; index < 6; index++) {
    const headers = [['X-API-Key', await key('partner')]] as const
    statuses.push((await sendRequest(port, { path: '/orders/1', headers })).status)
  }
  assert.deepEqual(statuses, [200, 200, 200, ...REST])
  assert.equal(upstream.take().length, 3)
  const other = await sendRequest(port, { path: '/orders/1', headers: [['X-API-Key', await key('other')]] })
  assert.deepEqual([other.status, other.headers.ratelimit], [200, '"client";r=2;t=20'])
})

test('of many at once, no more reach the upstream than there is room for', async () => {
  const { port, upstream, key } = await limitedGateway({ rules: [CLIENT] })
  const headers = [['X-API-Key', await key('partner')]] as const
  const answers = await Promise.all(Array.from({ length: 50 }, () => sendRequest(port, { path: '/orders/1', headers })))
  assert.equal(answers.filter(({ status }) => status === 200).length, 3)
  assert.equal(upstream.take().length, 3)
})

test('a pipeline of requests on one connection is counted one by one', async () => {
  const { port, upstream, key } = await limitedGateway({ rules: [CLIENT] })
  const request = `GET /orders/1 HTTP/1.1\r\nHost: a.example\r\nX-API-Key: ${await key('partner')}\r\n`
  const requests = Array.from({ length: 7 }, () => `${request}\r\n`).join('')
  const received = await sendBytes(port, `${requests}${request}Connection: close\r\n\r\n`, 1_000)
  assert.deepEqual(statusesIn(received), [200, 200, 200, 429, 429, 429, 429, 429])
  assert.equal(upstream.take().length, 3)
})

test('spellings of a path, of a method and of the query share the limit of the route', async () => {
  const rules = [{ name: 'orders', by: ['client', 'route'], windows: [{ quota: 3, windowSeconds: 60 }] }] as const
  const { port, upstream, key } = await limitedGateway({ rules })
  const header = `X-API-Key: ${await key('partner')}`
  const send = async (target: string, method = 'GET') =>
    statusOf(await sendRequestLines(port, { method, target, headers: [header] }))
  const statuses: number[] = []
  for (const target of ['/orders/1', '/ORDERS/1', '/%6frders/2']) statuses.push(await send(target))
  assert.deepEqual(statuses, [200, 200, 200])
  for (const target of [
    '/orders',
    '/Orders/1',
    '/%4f%52ders/9',
    '/orders/1?x=1',
    '/orders/1?',
    '/orders/%31',
    '/orders/',
  ]) {
    assert.equal(await send(target), 429, target)
  }
  assert.equal(await send('/orders/1', 'HEAD'), 429)
  assert.equal(upstream.take().length, 3)
  assert.equal(await send('/reports/1'), 200, 'another route is counted alone')
})

test('a dear route uses up what cheap ones would', async () => {
  const { port, upstream, key } = await limitedGateway({ rules: [CLIENT], costs: { '* /reports/**': 2 } })
  const headers = [['X-API-Key', await key('partner')]] as const
  const send = async (path: string) => (await sendRequest(port, { path, headers })).status
  assert.deepEqual([await send('/reports/1'), await send('/reports/1'), await send('/orders/1')], [200, 429, 200])
  assert.equal(upstream.take().length, 2)
})

suite('upgrades', () => {
  test('count as requests do, and one that is over is answered and never reaches the upstream', async () => {
    const { port, upstream, key } = await limitedGateway({ rules: [CLIENT] })
    const header = `X-API-Key: ${await key('partner')}`
    const shake = () => sendBytes(port, `${handshake('/ws', header).join('\r\n')}\r\n\r\n`, 1_000)
    const statuses = [statusOf(await sendRequestLines(port, { target: '/orders/1', headers: [header] }))]
    for (let index = 0; index < 2; index++) statuses.push(statusOf(await shake()))
    assert.deepEqual(statuses, [200, 101, 101])
    const refused = await shake()
    assert.equal(statusOf(refused), 429)
    assert.match(refused, /\r\nretry-after: 20\r\n/)
    assert.match(refused, /\r\nratelimit: "client";r=0;t=20\r\n/)
    assert.equal(statusOf(await sendRequestLines(port, { target: '/orders/1', headers: [header] })), 429)
    assert.equal(upstream.take().length, 3)
  })

  test('without a credential are limited by network', async () => {
    const { port, authentications } = await limitedGateway({ rules: [NETWORK] })
    const statuses: number[] = []
    for (let index = 0; index < 6; index++) {
      statuses.push(statusOf(await sendBytes(port, `${handshake('/ws').join('\r\n')}\r\n\r\n`, 1_000)))
    }
    assert.deepEqual(statuses, [401, 401, 401, ...REST])
    assert.equal(authentications(), 3)
  })
})

suite('what is told', () => {
  test('is what the caller itself has left, whatever other tenants use', async () => {
    const everybody: LimitRule = { name: 'everybody', by: 'route', windows: [{ quota: 20, windowSeconds: 60 }] }
    const { port, key } = await limitedGateway({
      rules: [CLIENT, everybody, { ...NETWORK, windows: everybody.windows ?? [] }],
    })
    const told = new Set<string>()
    for (let index = 0; index < 5; index++) {
      const headers = [['X-API-Key', await key(`owner-${index}`)]] as const
      const answer = await sendRequest(port, { path: '/orders/1', headers })
      told.add(`${answer.headers.ratelimit} ${answer.headers['ratelimit-policy']}`)
    }
    assert.deepEqual([...told], ['"client";r=2;t=20 "client";q=3;w=60'])
  })

  test('holds neither the key nor its id, nor a name of the caller', async () => {
    const { port, key } = await limitedGateway({ rules: [{ ...CLIENT, by: ['client', 'credential'] }] })
    const secret = await key('very-private-owner')
    for (let index = 0; index < 4; index++) {
      const answer = await sendRequest(port, { path: '/orders/1', headers: [['X-API-Key', secret]] })
      const told = JSON.stringify(answer.headers) + (answer.status === 429 ? answer.body : '')
      assert.ok(!told.includes(secret) && !told.includes('private'))
      for (const part of secret.split('_').slice(2)) assert.ok(!told.includes(part))
    }
  })

  test('cannot be asked for in another name: fields that a client sends change nothing', async () => {
    const { port, key } = await limitedGateway({ rules: [CLIENT] })
    const headers = [
      ['X-API-Key', await key('partner')],
      ['RateLimit', '"client";r=1000;t=1'],
      ['X-RateLimit-Limit', '1000'],
      ['X-User-Tier', 'gold'],
      ['X-Client-ID', 'other'],
    ] as const
    const statuses: number[] = []
    for (let index = 0; index < 6; index++) {
      statuses.push((await sendRequest(port, { path: '/orders/1', headers })).status)
    }
    assert.deepEqual(statuses, [200, 200, 200, ...REST])
  })
})
