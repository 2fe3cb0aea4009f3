import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { BACKENDS } from '../support/backend-emulators.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'

const gateway = await attackedGateway()
const reader = `Authorization: Bearer ${gateway.token({ scope: 'read:orders' })}`
const legacy = Object.entries(BACKENDS).find(([name]) => /legacy/.test(name))?.[1] ?? assert.fail()

const PATHS = [
  ...['X-Original-URL', 'X-Rewrite-URL', 'X-Original-URI', 'X-Forwarded-Uri', 'X-Forwarded-Path', 'X-Forwarded-Prefix'],
]
const METHODS = [
  'X-HTTP-Method',
  'X-HTTP-Method-Override',
  'X-Method-Override',
  'X-Original-Method',
  'X-Forwarded-Method',
]
const ADDRESSES = [
  ...['X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP', 'X-Client-IP', 'X-Cluster-Client-IP', 'Fastly-Client-IP'],
  ...['X-Forwarded-For', 'X-Originating-IP', 'X-Remote-IP', 'X-Remote-Addr', 'Forwarded', 'Via'],
]
const OTHERS = ['X-Forwarded-Scheme', 'X-Forwarded-Server', 'X-Forwarded-Port', 'X-Host', 'X-Original-Host', 'Proxy']

function spellings(name: string): readonly string[] {
  return [name, name.toLowerCase(), name.replaceAll('-', '_'), name.replaceAll('-', '.').toUpperCase(), `${name}_`]
}

suite('a header that old servers obey', () => {
  for (const name of PATHS) {
    test(`${name} leads to no other path`, async () => {
      for (const spelling of spellings(name)) {
        const headers = [`${spelling}: /admin`]
        assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/public/welcome', headers })), 200)
        const [record] = gateway.upstream.take()
        assert.ok(record)
        assert.equal(legacy.path(record), '/public/welcome', spelling)
        const opens = [`${spelling}: /health`]
        assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/admin', headers: opens })), 401)
        assert.deepEqual(gateway.upstream.take(), [])
      }
    })
  }

  for (const name of METHODS) {
    test(`${name} makes no other method`, async () => {
      for (const spelling of spellings(name)) {
        const send = async (method: string, override: string) => {
          const headers = [reader, `${spelling}: ${override}`]
          return statusOf(await sendRequestLines(gateway.port, { method, target: '/orders/1', headers }))
        }
        assert.equal(await send('GET', 'DELETE'), 200)
        const [record, ...more] = gateway.upstream.take()
        assert.ok(record)
        assert.deepEqual(more, [])
        assert.equal(legacy.method(record), 'GET', spelling)
        assert.equal(await send('DELETE', 'GET'), 403)
        assert.deepEqual(gateway.upstream.take(), [])
      }
    })
  }

  test('is none of those that reach the upstream, but for ours', async () => {
    for (const name of [...PATHS, ...METHODS, ...ADDRESSES, ...OTHERS]) {
      const headers = [reader, ...spellings(name).map((spelling) => `${spelling}: evil`)]
      assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/echo', headers })), 200)
      const [record] = gateway.upstream.take()
      assert.ok(record)
      assert.ok(!foldedValues(record, name).includes('evil'), name)
      assert.ok(!record.rawHeaders.includes('evil'), name)
    }
  })

  test('in the query is a parameter like others', async () => {
    for (const query of ['_method=DELETE', 'x-http-method-override=DELETE', 'X-Original-URL=/admin']) {
      const target = `/orders/1?${query}`
      assert.equal(statusOf(await sendRequestLines(gateway.port, { target, headers: [reader] })), 200)
      const [record] = gateway.upstream.take()
      assert.deepEqual([record?.method, record?.target], ['GET', target])
    }
  })
})
