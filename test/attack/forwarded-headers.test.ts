import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues, type Recorded } from '../support/recording-upstream.ts'

const gateway = await attackedGateway()
const trusting = await attackedGateway({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] })

const LIES = [
  ...['X-Forwarded-For: 10.0.0.1', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: evil.example.test'],
  ...['X-Forwarded-Port: 443', 'X-Forwarded-Prefix: /evil', 'X-Forwarded-Uri: /health', 'X-Forwarded-Ssl: on'],
  ...[
    'Forwarded: for=10.0.0.1;proto=https;host=evil.example.test',
    'X_FORWARDED_PROTO: https',
    'X.Forwarded.For: 10.0.0.1',
  ],
  ...['X-Envoy-Internal: true', 'X-Envoy-External-Address: 10.0.0.1', 'X-Middleware-Subrequest: middleware'],
]

function assertTruth(record: Recorded | undefined, name: string, expected: readonly string[]): void {
  assert.ok(record)
  assert.deepEqual(foldedValues(record, name), expected, name)
}

suite('what a client says about its own way', () => {
  const host = `127.0.0.1:${gateway.port}`

  test('is replaced by what was seen', async () => {
    for (const lies of [LIES, LIES.map((line) => line.toLowerCase()), [...LIES, ...LIES]]) {
      const answer = await sendRequestLines(gateway.port, { target: '/public/welcome', headers: lies })
      assert.equal(statusOf(answer), 200)
      const [record] = gateway.upstream.take()
      assertTruth(record, 'x-forwarded-for', ['127.0.0.1'])
      assertTruth(record, 'x-forwarded-proto', ['http'])
      assertTruth(record, 'x-forwarded-host', [host])
      for (const name of ['port', 'prefix', 'uri', 'ssl']) assertTruth(record, `x-forwarded-${name}`, [])
      for (const name of ['forwarded', 'x-middleware-subrequest']) assertTruth(record, name, [])
    }
  })

  test('is no reason to let it pass', async () => {
    const reasons = [
      ...LIES,
      ...['User-Agent: GoogleHC/1.0', 'User-Agent: kube-probe/1.30', 'User-Agent: ELB-HealthChecker/2.0'],
      ...['X-Gateway-Identity: internal', 'X-Internal: 1', 'X-Forwarded-User: root', 'X-Client-Verify: SUCCESS'],
      ...[
        'X-Forwarded-Client-Cert: By=x;Hash=y;Subject="CN=alice"',
        'X-SSL-Client-S-DN-CN: alice',
        'Client-Cert: :AAAA:',
      ],
      ...['Cookie: session=admin', 'Referer: http://127.0.0.1/health', 'Via: 1.1 gateway', 'X-Auth-Method: jwt'],
    ]
    for (const reason of reasons) {
      for (const target of ['/admin', '/echo', '/nothing']) {
        assert.equal(statusOf(await sendRequestLines(gateway.port, { target, headers: [reason] })), 401, reason)
      }
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('in a Host that would break a Forwarded header is refused', async () => {
    for (const value of ['a;for=10.0.0.1,for=1.1.1.1', '127.0.0.1, 10.0.0.1', '127.0.0.1";proto=https']) {
      const headers = [`Host: ${value}`]
      assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/public/welcome', headers })), 400)
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })
})

suite('what a trusted proxy says', () => {
  const send = async (...headers: readonly string[]) =>
    statusOf(await sendRequestLines(trusting.port, { target: '/public/welcome', headers }))
  const chains: readonly (readonly [string, string])[] = [
    ['203.0.113.9', '203.0.113.9, 127.0.0.1'],
    ['10.9.9.9, 203.0.113.9', '203.0.113.9, 127.0.0.1'],
    ['203.0.113.9, 10.1.1.1', '203.0.113.9, 10.1.1.1, 127.0.0.1'],
    ['evil, 203.0.113.9, 10.1.1.1', '203.0.113.9, 10.1.1.1, 127.0.0.1'],
    ['::ffff:203.0.113.9', '203.0.113.9, 127.0.0.1'],
  ]
  for (const [sent, expected] of chains) {
    test(`X-Forwarded-For: ${sent} is believed as far as proxies wrote it`, async () => {
      assert.equal(await send(`X-Forwarded-For: ${sent}`), 200)
      assertTruth(trusting.upstream.take()[0], 'x-forwarded-for', [expected])
    })
  }

  const nonsense = [
    ...['unknown', '127.1', '0x7f.0.0.1', '010.8.8.8', '10.0.0.1:5555', '203.0.113.9,', ', 10.1.1.1', '[::1]'],
    ...['203.0.113.9 10.1.1.1', '203.0.113.256', '1.2.3', 'localhost', '203.0.113.9/32', '\xff'],
  ]
  for (const chain of nonsense) {
    test(`X-Forwarded-For: ${JSON.stringify(chain)} is no chain of addresses`, async () => {
      assert.equal(await send(`X-Forwarded-For: ${chain}`), 400)
      assert.deepEqual(trusting.upstream.take(), [])
    })
  }

  test('about scheme and host is believed, unless it is none', async () => {
    assert.equal(await send('X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example.test:8443'), 200)
    const [good] = trusting.upstream.take()
    assertTruth(good, 'x-forwarded-proto', ['https'])
    assertTruth(good, 'x-forwarded-host', ['api.example.test:8443'])
    assert.equal(await send('X-Forwarded-Proto: https, http', 'X-Forwarded-Host: a, b', 'X_Forwarded_Proto: ws'), 200)
    const [bad] = trusting.upstream.take()
    assertTruth(bad, 'x-forwarded-proto', ['http'])
    assertTruth(bad, 'x-forwarded-host', [`127.0.0.1:${trusting.port}`])
  })

  test('in a header of another name is not believed', async () => {
    assert.equal(await send('Forwarded: for=203.0.113.9;proto=https', 'X-Real-IP: 203.0.113.9'), 200)
    const [record] = trusting.upstream.take()
    assertTruth(record, 'x-forwarded-for', ['127.0.0.1'])
    assertTruth(record, 'x-forwarded-proto', ['http'])
  })

  test('makes nobody of it: identity headers are forged ones, from whomever they come', async () => {
    assert.equal(await send('X-User-ID: root', 'X-Forwarded-User: root', 'X-Forwarded-Client-Cert: Hash=x'), 200)
    const [record] = trusting.upstream.take()
    for (const name of ['x-user-id', 'x-forwarded-user', 'x-forwarded-client-cert']) assertTruth(record, name, [])
  })
})
