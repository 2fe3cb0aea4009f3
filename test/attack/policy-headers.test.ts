import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import express from 'express'
import { shadowPolicy } from '../../lib/authorize/decision-points/shadow.ts'
import type { Policy } from '../../lib/authorize/policy.ts'
import { requirementPolicy } from '../../lib/authorize/requirements.ts'
import { type RoutesFile, routesFromFile } from '../../lib/authorize/routes-from-file.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { boundaryStages } from '../../middleware/stages.ts'
import { apiBoundary, CREDENTIALS } from '../support/api-boundary.ts'
import { echo } from '../support/echo.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { spellingsOf } from '../support/header-spellings.ts'
import { handshake } from '../support/raw-exchange.ts'
import { sendBytes, sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'
import { serve } from '../support/serve.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startUpgradeServer } from '../support/upgrade-server.ts'

const EVIL = 'evil-forged-value'
const FORGED = spellingsOf(['X-Policy-Area', 'X-Policy-Tier']).map((name) => `${name}: ${EVIL}`)

const setting = (headers: Record<string, string> | undefined): Policy => ({
  ...{ name: 'setting', setsHeaders: ['X-Policy-Area', 'X-Policy-Tier'], decide: () => ({ allow: true, headers }) },
})

async function gateway(routes: NonNullable<BoundaryOptions['routes']>) {
  const gate = apiBoundary({ routes })
  const port = await serve((request, response) => gate(request, response, () => echo(request, response)))
  return async (target: string, headers: readonly string[] = [], method = 'GET') => {
    const answer = await sendRequestLines(port, { target, method, headers: ['X-API-Key: alice', ...headers] })
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    const seen =
      statusOf(answer) === 200 && method !== 'HEAD' ? (JSON.parse(body) as { rawHeaders: string[] }) : undefined
    const values = (name: string) =>
      seen ? foldedValues({ method, target, body: '', rawHeaders: seen.rawHeaders }, name) : []
    return { status: statusOf(answer), body, area: values('X-Policy-Area'), tier: values('X-Policy-Tier') }
  }
}

suite('a forged header of a policy', async () => {
  const send = await gateway([
    { path: '/set', policy: setting({ 'X-Policy-Area': 'north' }) },
    { path: '/silent', policy: setting(undefined) },
    { path: '/nested', allOf: [{ anyOf: [{ roles: ['nobody'] }, { policy: setting({ 'x-policy-tier': 'gold' }) }] }] },
    { path: '/shadowed', policy: shadowPolicy({ enforced: setting({ 'X-Policy-Area': 'n' }), shadow: setting({}) }) },
    { path: '/open', public: true },
    { path: '/plain', authenticated: true },
  ])
  const expected: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
    '/set': [['north'], []],
    '/silent': [[], []],
    '/nested': [[], ['gold']],
    '/shadowed': [['n'], []],
    '/open': [[], []],
    '/plain': [[], []],
  }
  for (const [target, [area, tier]] of Object.entries(expected)) {
    test(`never reaches the upstream, in any spelling: ${target}`, async () => {
      for (const method of ['GET', 'POST']) {
        const answer = await send(target, FORGED, method)
        assert.equal(answer.status, 200)
        assert.deepEqual([answer.area, answer.tier], [area, tier])
        assert.ok(!answer.body.includes(EVIL))
      }
    })
  }

  test('cannot be taken out by Connection', async () => {
    const answer = await send('/set', [`Connection: close, X-Policy-Area`])
    assert.deepEqual(answer.area, ['north'])
  })
})

const SET: NonNullable<BoundaryOptions['routes']> = [
  { path: '/set', policy: requirementPolicy({ allOf: [{ policy: setting({ 'X-Policy-Area': 'north' }) }] }) },
  { path: '/open', public: true },
]
const authenticate = headerAuthenticator('x-api-key', CREDENTIALS)
const lists = [[], ['Connection: X-Policy-Area']]

for (const [target, expected] of [
  ['/set', ['north']],
  ['/open', []],
] as const) {
  test(`nor by an upgrade, nor through stages of their own: ${target}`, async () => {
    const { admit, authenticate: identify, authorize, propagate } = boundaryStages({ authenticate, routes: SET })
    const app = express().use(admit, identify, authorize, propagate, (request, response) => echo(request, response))
    const [port, upgrades] = [await serve(app), await startUpgradeServer({ authenticate, routes: SET })]
    for (const list of lists) {
      const headers = ['X-API-Key: alice', ...FORGED, ...list]
      const answer = await sendRequestLines(port, { target, headers })
      assert.equal(statusOf(answer), 200)
      assert.ok(!answer.includes(EVIL))
      assert.equal(answer.includes('north'), expected.length > 0)
      const lines = handshake(target, 'X-API-Key: alice', ...FORGED)
      const shaken = lines.map((line) =>
        list.length > 0 && line === 'Connection: Upgrade' ? `${line}, X-Policy-Area` : line,
      )
      assert.equal(statusOf(await sendBytes(upgrades.port, `${shaken.join('\r\n')}\r\n\r\n`)), 101)
      const { rawHeaders } = upgrades.accepted.at(-1)?.request ?? assert.fail()
      assert.deepEqual(foldedValues({ method: 'GET', target, body: '', rawHeaders }, 'X-Policy-Area'), expected)
      assert.ok(!rawHeaders.includes(EVIL))
    }
  })
}

suite('a policy that sets', () => {
  const bad: Readonly<Record<string, Record<string, string>>> = {
    'who calls': { 'X-User-ID': 'root' },
    'another line': { 'X-Policy-Area': 'a\r\nX-User-ID: root' },
    'what is not its own': { 'X-Else': 'a' },
    'a value of other letters': { 'X-Policy-Area': '\u5317' },
    'a host': { Host: 'evil.example.test' },
  }
  for (const [name, headers] of Object.entries(bad)) {
    test(`${name}: 503`, async () => {
      const send = await gateway([{ path: '/**', policy: setting(headers) }])
      assert.equal((await send('/x')).status, 503)
    })
  }
})

suite('routes from a file', () => {
  function fileOf(text: string): { readonly routes: RoutesFile; readonly write: (text: string) => Promise<boolean> } {
    const file = join(temporaryFolder(), 'routes.yaml')
    writeFileSync(file, text)
    const policies = { area: setting({ 'X-Policy-Area': 'north' }) }
    const routes = routesFromFile(file, { policies, reloadSeconds: false, warn: () => undefined })
    const write = (changed: string) => {
      writeFileSync(file, changed)
      return routes.reload()
    }
    return { routes, write }
  }

  test('strip what their policies may set, also before one of them is named', async () => {
    const { routes, write } = fileOf('routes: [{path: /**, authenticated: true}]')
    const send = await gateway(routes)
    assert.deepEqual((await send('/x', FORGED)).area, [])
    assert.ok(await write('routes: [{path: /**, policy: area}]'))
    assert.deepEqual((await send('/x', FORGED)).area, ['north'])
    assert.ok(
      await write('routes: [{path: /**, anyOf: [{roles: [nobody]}, {policy: area}]}, {path: /open, public: true}]'),
    )
    assert.deepEqual((await send('/x', FORGED)).area, ['north'])
    assert.deepEqual((await send('/open', FORGED)).area, [])
  })
})
