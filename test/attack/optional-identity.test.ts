import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import express from 'express'
import { upstreamProxy } from '../../examples/gateway/proxy.ts'
import { anonymous, anyOf, type RouteRule } from '../../lib/index.ts'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/index.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { spellingsOf } from '../support/header-spellings.ts'
import { principal } from '../support/outcomes.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues, type Recorded, recordingUpstream } from '../support/recording-upstream.ts'
import { serve } from '../support/serve.ts'

const EVIL = 'evil-forged-value'
const alice = principal({ subject: 'alice', roles: ['editor'], tenantId: 't1', claims: { department: 'sales' } })
const credentials = headerAuthenticator('x-api-key', { alice })
const upstream = await recordingUpstream()

/** Where nobody needs to say who he is, or says so in other headers: what advisories of gateways were about. */
const MODES: Readonly<Record<string, BoundaryMiddlewareOptions>> = {
  'an identity is optional': {
    authenticate: anyOf(credentials, anonymous()),
    routes: [{ path: '/**', anonymous: true }],
  },
  'an identity is optional, and headers are off': {
    authenticate: anyOf(credentials, anonymous()),
    routes: [{ path: '/**', anonymous: true }],
    identity: { headers: { userId: false, roles: false, tenantId: false, method: false, requestId: false } },
  },
  'all routes are public': { authenticate: credentials, routes: [{ path: '/**', public: true }] },
  'there is no table': { authenticate: anyOf(credentials, anonymous()) },
  'headers have names in any case': {
    authenticate: anyOf(credentials, anonymous()),
    identity: {
      headers: { userId: 'x-account-ID', roles: 'X-ACCOUNT-ROLES', tenantId: 'x-Org', requestId: 'X-Trace-Id' },
      claims: { 'x-DEPARTMENT': 'department' },
    },
    strip: ['X-Internal-Flag'],
  },
}

const NAMES = [
  ...['X-User-ID', 'X-User-Email', 'X-User-Roles', 'X-Tenant-ID', 'X-Auth-Method', 'X-Client-ID', 'X-Client-Roles'],
  ...['X-Request-ID', 'X-Consumer-ID', 'X-Remote-User', 'X-Forwarded-User', 'X-Gateway-Identity'],
]
const OWN_NAMES = ['X-Account-ID', 'X-Account-Roles', 'X-Org', 'X-Trace-ID', 'X-Department', 'X-Internal-Flag']

for (const [mode, options] of Object.entries(MODES)) {
  suite(`where ${mode}`, async () => {
    const names = options.strip ? [...NAMES, ...OWN_NAMES] : NAMES
    const forged = spellingsOf(names)
    const app = express().use(boundary(options), upstreamProxy(upstream.url, 2_000))
    const port = await serve(createServer(app))

    async function sendForged(...headers: readonly string[]): Promise<readonly Recorded[]> {
      for (let index = 0; index < forged.length; index += 60) {
        const lines = [...forged.slice(index, index + 60).map((name) => `${name}: ${EVIL}`), ...headers]
        assert.equal(statusOf(await sendRequestLines(port, { target: '/anything', headers: lines })), 200)
      }
      return upstream.take()
    }

    test('nothing that was forged goes on without a credential', async () => {
      for (const { rawHeaders } of await sendForged()) assert.ok(!rawHeaders.some((value) => value.includes(EVIL)))
    })

    test('nothing that was forged goes on beside a credential, and what is ours is there once', async () => {
      for (const record of await sendForged('X-API-Key: alice')) {
        assert.ok(!record.rawHeaders.some((value) => value.includes(EVIL)))
        assert.ok(!record.rawHeaders.includes('alice') || firstRule(options)?.public === undefined)
        if (!options.strip) continue
        assert.deepEqual(foldedValues(record, 'x-account-id'), ['alice'])
        assert.deepEqual(foldedValues(record, 'x-account-roles'), ['editor'])
        assert.deepEqual(foldedValues(record, 'x-org'), ['t1'])
        assert.deepEqual(foldedValues(record, 'x-department'), ['sales'])
        assert.equal(foldedValues(record, 'x-trace-id').length, 1)
        for (const name of ['x-user-id', 'x-user-roles', 'x-tenant-id'])
          assert.deepEqual(foldedValues(record, name), [])
      }
    })

    test('a credential that is bad is not taken for none', async () => {
      const headers = ['X-API-Key: nobody']
      const expected = firstRule(options)?.public ? 200 : 401
      assert.equal(statusOf(await sendRequestLines(port, { target: '/anything', headers })), expected)
      for (const { rawHeaders } of upstream.take()) assert.ok(!rawHeaders.includes('nobody'))
    })

    test('a Connection list takes nothing of ours away', async () => {
      const listed = `Connection: close, ${[...names, 'X-Forwarded-For'].join(', ')}`
      assert.equal(statusOf(await sendRequestLines(port, { target: '/anything', headers: [listed] })), 200)
      const [record] = upstream.take()
      assert.ok(record)
      assert.deepEqual(foldedValues(record, 'x-forwarded-for'), ['127.0.0.1'])
      assert.match(foldedValues(record, 'connection').join(), /^(?:keep-alive|close)?$/)
    })
  })
}

function firstRule({ routes }: Partial<BoundaryMiddlewareOptions>): RouteRule | undefined {
  return routes && 'length' in routes ? routes[0] : undefined
}
