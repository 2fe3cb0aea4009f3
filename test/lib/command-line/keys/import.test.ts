import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../../../lib/api-key.ts'
import { importKeys } from '../../../../lib/command-line/keys/import.ts'
import { commandLine } from '../../../support/command-line.ts'

const OF_ACME = ['--owner', 'acme', '--environment', 'live']
const PLAIN = 'legacy-key-0123456789'
const HASH = hashApiKey(PLAIN)

test('one hash, in either case', async () => {
  const { keys, store } = commandLine()
  const { code, stdout } = await keys(importKeys.name, '--hash', HASH.toUpperCase(), ...OF_ACME, '--scope', 'a')
  assert.equal(code, 0)
  assert.match(stdout, /scopes +a\n/)
  assert.equal(stdout.includes(HASH), false)
  assert.equal((await store.findByHash([HASH]))?.owner, 'acme')
  assert.equal((await keys('import', '--hash', HASH, ...OF_ACME)).code, 4)
})

test('a key is no hash', async () => {
  const { code, stderr } = await commandLine().keys('import', '--hash', PLAIN, ...OF_ACME)
  assert.equal(code, 2)
  assert.equal(stderr.includes(PLAIN), false)
})

test('JSON lines and CSV say the same', async () => {
  const json = JSON.stringify({
    hash: HASH,
    owner: 'acme',
    scopes: ['a', 'b'],
    tenantId: 't',
    allowedRoutes: ['GET /x'],
  })
  const csv = `hash,owner,scopes,Tenant_ID,routes\r\n${HASH},acme,a b,t,GET /x\r\n`
  for (const input of [json, `\ufeff${json}\n\n`, csv]) {
    const { keys, store } = commandLine({ input })
    const run = await keys('import', '--hashes-from', '-', '--environment', 'live')
    assert.deepEqual(run, { code: 0, stdout: 'Imported 1 key, refused 0 lines.\n', stderr: '' })
    const { owner, environment, scopes, tenantId, allowedRoutes } = (await store.findByHash([HASH])) ?? {}
    assert.deepEqual(
      [owner, environment, scopes, tenantId, allowedRoutes],
      ['acme', 'live', ['a', 'b'], 't', ['GET /x']],
    )
  }
})

test('keys in plain text are hashed here, under the newest pepper, and shown nowhere', async () => {
  const pepper = Buffer.alloc(32, 1)
  const env = { GATEWARDEN_STORE: 'sqlite:x', GATEWARDEN_PEPPERS: pepper.toString('base64') }
  const { keys, store } = commandLine({ env, input: `${PLAIN}\n${PLAIN}\nshort\n` })
  const { code, stdout, stderr } = await keys('import', '--keys-from', '-', ...OF_ACME)
  assert.equal(code, 2)
  assert.equal(stdout, 'Imported 1 key, refused 2 lines.\n')
  assert.match(stderr, /^line 2: this key is there already\nline 3: the key must be 16 to 256/)
  assert.equal((stdout + stderr).includes(PLAIN), false)
  assert.ok(await store.findByHash([hashApiKey(PLAIN, pepper)]))
})

test('our own keys come back by their text', async () => {
  const key = generateApiKey('sk', 'live')
  const { keys, store } = commandLine({ input: `key,owner,environment\n${key},acme,live\n${key},acme,test\n` })
  const { code, stderr } = await keys('import', '--keys-from', '-')
  assert.equal(code, 2)
  assert.match(stderr, /^line 3: the key says that it is for live/)
  assert.ok(await store.findByHash([hashApiKey(key)]))
})

test('each bad line is told by its number, and the good ones are taken', async () => {
  const rows = [
    ['hash', 'owner', 'environment', 'expiresAt'],
    [HASH, 'acme', 'live', '2030-01-01'],
    ['x', 'acme', 'live', ''],
    [hashApiKey('2'), '', 'live', ''],
    [hashApiKey('3'), 'acme', 'LIVE', ''],
    [hashApiKey('4'), 'acme', 'live', '2020-01-01'],
    [hashApiKey('5'), 'acme', 'live', 'soon'],
    [hashApiKey('6'), 'acme'],
    [HASH, 'acme', 'live', ''],
  ]
  const { keys } = commandLine({ input: rows.map((row) => row.join(',')).join('\n') })
  const { code, stdout } = await keys('import', '--hashes-from', '-', '--json')
  assert.equal(code, 2)
  const { imported, refused } = JSON.parse(stdout)
  assert.equal(imported, 1)
  assert.deepEqual(
    refused.map(({ line, problem }: { line: number; problem: string }) => [line, problem]),
    [
      [3, 'invalid'],
      [4, 'invalid'],
      [5, 'invalid'],
      [6, 'expired'],
      [7, 'invalid'],
      [8, 'invalid'],
      [9, 'duplicate'],
    ],
  )
})

test('a second time, all are there already: 4', async () => {
  const { store } = commandLine()
  const input = `hash\n${HASH}\n`
  assert.equal((await commandLine({ store, input }).keys('import', '--hashes-from', '-', ...OF_ACME)).code, 0)
  assert.equal((await commandLine({ store, input }).keys('import', '--hashes-from', '-', ...OF_ACME)).code, 4)
})

test('what cannot be read at all opens no store', async () => {
  const openKeyStore = () => Promise.reject(new Error('opened'))
  const inputs: [string, RegExp][] = [
    ['', /holds nothing/],
    ['hash,colour\n', /column 2 of the header is not known/],
    ['hash,hash\n', /names one column twice/],
    [`${HASH},acme\n`, /CSV begins with a header/],
  ]
  for (const [input, expected] of inputs) {
    const { code, stderr } = await commandLine({ input, openKeyStore }).keys('import', '--hashes-from', '-')
    assert.equal(code, 2)
    assert.match(stderr, expected)
  }
  const { code, stderr } = await commandLine({ openKeyStore }).keys('import', '--hashes-from', '/no/such/file')
  assert.equal(code, 2)
  assert.match(stderr, /cannot be read \(ENOENT\)/)
})

test('one source', async () => {
  assert.equal((await commandLine().keys('import', ...OF_ACME)).code, 2)
  assert.equal((await commandLine().keys('import', '--hash', HASH, '--keys-from', '-', ...OF_ACME)).code, 2)
})
