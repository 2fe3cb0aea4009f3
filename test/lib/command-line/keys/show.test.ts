import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../../../lib/api-key.ts'
import { show } from '../../../../lib/command-line/keys/show.ts'
import { commandLine } from '../../../support/command-line.ts'
import { fullKeyRecord, keyRecord } from '../../../support/key-record.ts'

test('all about a key is shown, but never its hash', async () => {
  const record = fullKeyRecord()
  const { keys } = commandLine({ records: [record] })
  const { code, stdout } = await keys(show.name, record.id)
  assert.equal(code, 0)
  assert.match(stdout, /^id +key_/)
  const { hash, ...rest } = record
  const json = (await keys('show', record.id, '--json')).stdout
  assert.deepEqual(JSON.parse(json), { ...rest, status: 'revoked' })
  assert.equal((stdout + json).includes(hash), false)
})

test('a key that is not there is 3', async () => {
  assert.deepEqual(await commandLine().keys('show', 'key_9'), {
    code: 3,
    stdout: '',
    stderr: 'gatewarden: there is no key key_9; "keys list" shows the ids\n',
  })
})

test('whose a key is, is told by the key itself, which is not shown', async () => {
  const key = generateApiKey('sk', 'live')
  const pepper = Buffer.alloc(32, 1)
  const peppered = keyRecord({ hash: hashApiKey(key, pepper) })
  const env = { GATEWARDEN_STORE: 'sqlite:x', GATEWARDEN_PEPPERS: pepper.toString('base64') }
  for (const [record, options] of [
    [keyRecord({ hash: hashApiKey(key) }), {}],
    [peppered, { env }],
  ] as const) {
    const { keys } = commandLine({ records: [record], input: `\n ${key}\n`, ...options })
    const { code, stdout } = await keys('show', '--key-from', '-')
    assert.equal(code, 0)
    assert.ok(stdout.includes(record.id) && !stdout.includes(key))
  }
  const { code, stderr } = await commandLine({ records: [peppered], input: key }).keys('show', '--key-from', '-')
  assert.deepEqual([code, stderr], [3, 'gatewarden: this key is none of sqlite:memory\n'])
  assert.equal((await commandLine().keys('show', '--key-from', '-')).code, 2)
  assert.equal((await commandLine().keys('show', '--key-from', '/no/such/file')).code, 2)
})

test('one id is needed', async () => {
  assert.equal((await commandLine().keys('show')).code, 2)
  assert.equal((await commandLine().keys('show', 'key_1', 'key_2')).code, 2)
})
