import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

/** The more a name says, the more is asked: whoever escapes a rule by another spelling of a host is let in as anybody. */
const ROUTES: readonly RouteRule[] = [
  { path: '/**', public: true },
  { path: '/**', hosts: ['admin.example.test'], roles: ['admin'] },
  { path: '/**', hosts: ['*.example.test'], authenticated: true },
]

let reached = 0
const gate = apiBoundary({ routes: ROUTES })
const port = await serve(
  createServer((request, response) =>
    gate(request, response, () => {
      reached++
      response.end()
    }),
  ),
)
const status = async (host: string, ...more: readonly string[]) =>
  statusOf(await sendRequestLines(port, { target: '/x', headers: [`Host: ${host}`, ...more] }))

suite('a rule for a host', () => {
  for (const host of [
    'admin.example.test',
    'ADMIN.Example.TEST',
    'admin.example.test:443',
    'admin.example.test.',
    'Admin.example.test.:8080',
  ]) {
    test(`governs ${host}`, async () => {
      const before = reached
      assert.deepEqual([await status(host), await status(host, 'X-API-Key: alice')], [401, 403])
      assert.equal(reached, before)
      assert.equal(await status(host, 'X-API-Key: admin'), 200)
    })
  }

  for (const host of ['a.example.test', 'A.B.Example.Test:80', 'x.admin.example.test', 'xadmin.example.test.']) {
    test(`of a domain governs ${host}`, async () => {
      assert.deepEqual([await status(host), await status(host, 'X-API-Key: alice')], [401, 200])
    })
  }

  for (const host of [
    'admin.example.test, x',
    'admin.example.test@x',
    'x@admin.example.test',
    'admin.example.test/x',
    'admin\texample.test',
    'admin.example.test..',
    '.admin.example.test',
    'admin..example.test',
    'admin%2eexample.test',
  ]) {
    test(`is not asked about ${JSON.stringify(host)}, which is none`, async () => {
      const before = reached
      assert.equal(await status(host, 'X-API-Key: admin'), 400)
      assert.equal(reached, before)
    })
  }

  test('is found by Host alone, whatever else is sent', async () => {
    for (const name of ['X-Forwarded-Host', 'X-Original-Host', 'X-Host', 'Forwarded']) {
      assert.equal(await status('admin.example.test', `${name}: other.test`), 401, name)
    }
  })

  test('governs no other host', async () => {
    for (const host of ['example.test', 'badexample.test', 'admin.example.test.evil.test']) {
      assert.equal(await status(host), 200, host)
    }
  })
})
