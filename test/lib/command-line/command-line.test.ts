import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommandLine } from '../../../lib/command-line/command-line.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { commandLine } from '../../support/command-line.ts'

test('help and version go to standard output', async () => {
  const { run } = commandLine()
  for (const args of [['--help'], ['-h'], ['help'], ['keys', '--help'], ['keys', 'help']]) {
    const { code, stdout, stderr } = await run(...args)
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /Usage:\n {2}gatewarden keys COMMAND/)
  }
  assert.deepEqual(await run('--version'), { code: 0, stdout: '1.2.3\n', stderr: '' })
  const { code, stdout } = await run('keys', 'create', '--help')
  assert.equal(code, 0)
  assert.match(stdout, /--owner ID/)
})

test('without a command the help is an error', async () => {
  const { run } = commandLine()
  for (const args of [[], ['keys']]) {
    const { code, stdout, stderr } = await run(...args)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /Commands:/)
  }
})

test('an unknown command is one line that says what was meant', async () => {
  const { run } = commandLine()
  assert.deepEqual(await run('keys', 'crate'), {
    code: 2,
    stdout: '',
    stderr: 'gatewarden: there is no such command. Did you mean keys create?\n',
  })
  assert.match((await run('list')).stderr, /Did you mean keys list\?/)
  assert.match((await run('keys', 'zzz')).stderr, /The commands: create, import, list/)
})

test('a store that fails is one line and 1, without the password, and is closed', async () => {
  const failing = {
    ...memoryKeyStore(),
    list: () => {
      throw new Error('lost postgres://u:sEcr3t@db/x with sEcr3t\nand more')
    },
  }
  const line = commandLine({ store: failing, env: { GATEWARDEN_STORE: 'postgres://u:sEcr3t@db/x' } })
  const { code, stdout, stderr } = await line.keys('list')
  assert.deepEqual([code, stdout, line.open()], [1, '', 0])
  assert.equal(stderr.split('\n').length, 2)
  assert.equal(stderr.includes('sEcr3t'), false)
})

test('a key that was put anywhere is in no error', async () => {
  const key = 'sk_live_0123456789abcdefghijABCDEFGHIJ01234567'
  const { keys } = commandLine()
  const lines = [
    ['show', key],
    ['revoke', key, key],
    ['rotate', key, '--grace', '1d'],
    ['create', '--owner', 'a', '--environment', 'live', '--network', key],
    ['create', '--owner', 'a', '--environment', key],
    ['import', '--hash', key, '--owner', 'a', '--environment', 'live'],
    ['list', '--store', key],
    [key],
  ]
  for (const args of lines) {
    const { code, stdout, stderr } = await keys(...args)
    assert.ok(code === 2 || code === 3, args.join(' '))
    assert.equal((stdout + stderr).includes(key), false, stderr)
  }
})

test('whoever reads the output may leave early', async () => {
  const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
  assert.deepEqual(await commandLine({ outputError: closed }).run('--help'), { code: 0, stdout: '', stderr: '' })
})

test('anything thrown ends as 1', async () => {
  const { io } = commandLine()
  const lost = { ...io, note: () => undefined, print: () => Promise.reject(undefined) }
  assert.equal(await runCommandLine(['--help'], [], '1', lost), 1)
})

test('a store must be named, and be one of the known', async () => {
  const { keys, io } = commandLine({ env: {} })
  assert.equal(io.env.GATEWARDEN_STORE, undefined)
  const unnamed = await keys('list')
  assert.equal(unnamed.code, 2)
  assert.match(unnamed.stderr, /which store\? Give --store sqlite:FILE/)
  assert.equal((await keys('list', '--store', 'mysql://u:sEcr3t@x/y')).code, 2)
  assert.equal((await keys('list', '--store', 'postgres://u:sE@cr3t:x/y')).stderr.includes('cr3t'), false)
})
