import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { startAuthorizationServer } from '../../examples/demo/authorization-server.ts'
import { startOrderDesk } from '../../examples/demo/order-desk.ts'
import { signIn } from '../../examples/demo/sign-in.ts'
import { addedKey } from '../support/added-key.ts'
import { listenOnFreePort } from '../support/free-port.ts'
import { installPackedPackage } from '../support/packed-package.ts'
import { NODE_FLAGS, REPOSITORY, runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ORIGINAL = join(REPOSITORY, 'examples/gateway')
const AUDIENCE = 'https://orders.example.test'

const project = temporaryFolder()
writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'my-gateway', private: true, type: 'module' }))
cpSync(ORIGINAL, project, { recursive: true })
await installPackedPackage(project)

const [authorizationServer, orderDesk] = await Promise.all([startAuthorizationServer(AUDIENCE), startOrderDesk()])
after(() => Promise.all([authorizationServer.close(), orderDesk.close()]))
const { issuer } = authorizationServer

const ENVIRONMENT = {
  PATH: process.env.PATH,
  PORT: '0',
  UPSTREAM_URL: orderDesk.url,
  ISSUER: issuer,
  AUDIENCE,
  KEY_STORE: join(project, 'keys.sqlite'),
}

test('it imports packages by name and its own files, nothing else', () => {
  const packages = new Set<string>()
  for (const name of readdirSync(ORIGINAL).filter((name) => name.endsWith('.ts'))) {
    for (const [, from = ''] of readFileSync(join(ORIGINAL, name), 'utf8').matchAll(/(?:from |import\()'([^']+)'/g)) {
      if (from.startsWith('.')) assert.match(from, /^\.\/[\w-]+\.ts$/)
      else if (!from.startsWith('node:')) packages.add(from)
    }
  }
  const others = [...packages].filter((name) => !/^gatewarden(?:\/|$)/.test(name))
  const installed = ['@open-policy-agent/opa-wasm', 'express', 'helmet', 'http-proxy-middleware', 'prom-client']
  assert.deepEqual(others.sort(), [...installed, 'ioredis', 'pg'].sort())
  const readme = readFileSync(join(ORIGINAL, 'README.md'), 'utf8')
  for (const name of installed) assert.match(readme, new RegExp(`^npm install (?:\\S+ )+${name}@\\d`, 'm'), name)
  assert.match(readme, /^npm install pg ioredis$/m)
})

test('its README names every file and every variable', () => {
  const readme = readFileSync(join(ORIGINAL, 'README.md'), 'utf8')
  for (const name of readdirSync(ORIGINAL)) assert.ok(name === 'README.md' || readme.includes(`\`${name}\``), name)
  const files = readdirSync(ORIGINAL).filter((name) => name.endsWith('config.ts'))
  const config = files.map((name) => readFileSync(join(ORIGINAL, name), 'utf8')).join('')
  for (const [name] of config.matchAll(/\b[A-Z]+_[A-Z_]+\b(?=')|\b(HOST|PORT|ROUTES|ISSUER|AUDIENCE)\b/g)) {
    assert.ok(readme.includes(`| \`${name}\` |`), name)
  }
})

test('copied elsewhere, beside the packed package, it runs', async () => {
  const key = await addedKey(ENVIRONMENT.KEY_STORE, { scopes: ['read:orders'] })

  const child = spawn(process.execPath, [...NODE_FLAGS, 'main.ts'], {
    cwd: project,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const [, url = ''] = /^Gateway on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line)) ?? []
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(url + path, { headers, redirect: 'manual' })).status

  assert.equal(await status('/health'), 200)
  assert.equal(await status('/public/welcome'), 200)
  assert.equal(await status('/orders'), 401)
  assert.equal(await status('/orders', { 'x-api-key': key }), 200)
  assert.equal(await status('/admin', { 'x-api-key': key }), 403)
  const authorization = `Bearer ${await signIn({ issuer, audience: AUDIENCE, username: 'alice' })}`
  assert.equal(await status('/admin', { authorization }), 200)
  const echo = await fetch(`${url}/echo`, { headers: { authorization, 'x-user-id': 'root' } })
  assert.equal(((await echo.json()) as { headers: Record<string, string> }).headers['x-user-id'], 'alice')

  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

suite('a start that fails says so in one line', { concurrency: true }, () => {
  const start = (environment: NodeJS.ProcessEnv) =>
    runCommand(process.execPath, [...NODE_FLAGS, 'main.ts'], { cwd: project, env: { ...ENVIRONMENT, ...environment } })

  const WRONG: readonly (readonly [problem: string, environment: NodeJS.ProcessEnv, line: RegExp])[] = [
    ['no upstream', { UPSTREAM_URL: undefined }, /UPSTREAM_URL is not set/],
    ['a wrong issuer', { ISSUER: 'http://login.example.com' }, /ISSUER is plain http/],
    ['a key store that is none', { KEY_STORE: join(project, 'README.md') }, /KEY_STORE/],
    ['a route table that is bad', { ROUTES: join(project, 'package.json') }, /package\.json:\d+: .*"routes"/],
    ['an address of another machine', { HOST: '192.0.2.1' }, /HOST/],
  ]
  for (const [problem, environment, line] of WRONG) {
    test(problem, async () => {
      const { code, stdout, stderr } = await start(environment)
      assert.equal(code, 1)
      assert.equal(stdout, '')
      assert.match(stderr, /^gateway: [^\n]+\n$/)
      assert.match(stderr, line)
    })
  }

  test('a port in use', async () => {
    const other = createServer()
    after(() => other.close())
    const port = await listenOnFreePort(other)
    const { code, stderr } = await start({ PORT: String(port) })
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`^gateway: port ${port} is in use: [^\n]+\n$`))
  })
})
