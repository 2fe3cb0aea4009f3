import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey, parseApiKey } from '../../../../lib/api-key.ts'
import { create } from '../../../../lib/command-line/keys/create.ts'
import { type ApiKeyEvent, keyEvents } from '../../../../lib/keys/key-event.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { publishedOn } from '../../../support/published-events.ts'

const LEAST = ['create', '--owner', 'acme', '--environment', 'live']
const KEY = /sk_live_[0-9A-Za-z]{38}/
const events = publishedOn<ApiKeyEvent>(keyEvents)

test('a key is shown once, with all that it may do', async () => {
  const { keys, store } = commandLine()
  assert.equal(create.name, 'create')
  const { code, stdout, stderr } = await keys(
    ...LEAST,
    '--scope',
    'orders:read',
    '--scope',
    'orders:write',
    '--tier',
    'gold',
  )
  assert.deepEqual([code, stderr], [0, ''])
  const [key = ''] = KEY.exec(stdout) ?? []
  assert.ok(parseApiKey(key))
  assert.match(stdout, /scopes +orders:read, orders:write\n/)
  assert.match(stdout, /This key is shown once/)
  const record = await store.findByHash([hashApiKey(key)])
  assert.ok(record && stdout.includes(record.id))
  assert.equal(stdout.includes(record.hash), false)
})

test('every option fills its field', async () => {
  const { keys, store } = commandLine()
  const more = ['--label', 'L', '--role', 'r', '--tenant', 't', '--tier', 'gold', '--user', 'u', '--expires', '90d']
  const limits = ['--network', '10.0.0.0/8', '--network', '2001:db8::/32', '--route', 'GET /orders/**']
  const { stdout } = await keys(...LEAST, '--json', ...more, ...limits)
  const { key, ...view } = JSON.parse(stdout)
  const { hash, ...record } = (await store.findById(view.id)) ?? { hash: '' }
  assert.equal(hash, hashApiKey(key))
  assert.deepEqual(view, { ...record, status: 'active' })
  assert.deepEqual(record, {
    ...{ id: view.id, owner: 'acme', environment: 'live', label: 'L', scopes: [], roles: ['r'], tenantId: 't' },
    ...{
      tier: 'gold',
      userId: 'u',
      allowedNetworks: ['10.0.0.0/8', '2001:db8::/32'],
      allowedRoutes: ['GET /orders/**'],
    },
    ...{ createdAt: NOW, expiresAt: NOW + 90 * 86_400 },
  })
})

test('for a pipe, the key and nothing else', async () => {
  const { stdout, stderr } = await commandLine().keys(...LEAST, '-q')
  assert.match(stdout, /^sk_live_[0-9A-Za-z]{38}\n$/)
  assert.equal(stderr, '')
})

test('the prefix can be chosen', async () => {
  const { keys } = commandLine()
  assert.match((await keys(...LEAST, '-q', '--prefix', 'acme')).stdout, /^acme_live_/)
  assert.equal((await keys(...LEAST, '--prefix', 'No')).code, 2)
})

test('a key is hashed under the newest pepper', async () => {
  const [newest, old] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const peppers = [newest, old].map((pepper) => pepper.toString('base64')).join()
  const { keys, store } = commandLine({ env: { GATEWARDEN_STORE: 'sqlite:x', GATEWARDEN_PEPPERS: peppers } })
  const { stdout } = await keys(...LEAST, '-q')
  assert.ok(await store.findByHash([hashApiKey(stdout.trim(), newest)]))
})

test('the change says which user of the machine made it', async () => {
  events.length = 0
  await commandLine().keys(...LEAST)
  assert.deepEqual(
    events.map(({ change, actor }) => [change, actor]),
    [['created', 'cli:alice']],
  )
})

test('a mistake is told in the words of the options, before a store is opened', async () => {
  const line = commandLine({ openKeyStore: () => Promise.reject(new Error('opened')) })
  const mistakes: [string[], RegExp][] = [
    [['--environment', 'live'], /--owner ID is missing/],
    [['--owner', 'acme'], /--environment NAME is missing/],
    [['--owner', 'a', '--environment', 'Live'], /--environment must be a lower-case word/],
    [[...LEAST.slice(1), '--network', '10.0.0.0/33'], /^gatewarden: --network holds "10.0.0.0\/33", which is neither/],
    [[...LEAST.slice(1), '--route', 'orders'], /^gatewarden: --route holds "orders", which is no route/],
    [[...LEAST.slice(1), '--scope', 'a', '--scope', 'a'], /--scope names one value twice/],
    [[...LEAST.slice(1), '--label', 'a\nb'], /--label must be at most 200 printable/],
    [[...LEAST.slice(1), '--expires', '2020-01-01'], /--expires is past/],
    [[...LEAST.slice(1), '--expires', 'soon'], /--expires must be a date/],
  ]
  for (const [args, expected] of mistakes) {
    const { code, stdout, stderr } = await line.keys('create', ...args)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, expected)
  }
})

test('what no header could carry is refused', async () => {
  const { code, stderr } = await commandLine().keys('create', '--owner', 'ac\u00e9me', '--environment', 'live')
  assert.equal(code, 2)
  assert.match(stderr, /cannot be represented/)
})
