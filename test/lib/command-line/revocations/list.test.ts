import assert from 'node:assert/strict'
import { test } from 'node:test'
import { list } from '../../../../lib/command-line/revocations/list.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { tokenRevocation } from '../../../support/revocations.ts'

test('what is in force is shown, in order; what has ended is not', async () => {
  const { run, revocations } = commandLine()
  await revocations.append(tokenRevocation('ended', NOW))
  for (const line of [
    'token t-1 --issuer https://i',
    'client app',
    'subject alice --before now',
    'version bob --below 4',
  ]) {
    await run('revoke', ...line.split(' '))
  }
  const { code, stdout, stderr } = await run('revocations', list.name)
  assert.deepEqual([code, stderr], [0, ''])
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  const until = '2025-11-25 (in 1 day)'
  assert.deepEqual(rows, [
    ['KIND', 'NAME', 'WHICH', 'ISSUER', 'UNTIL'],
    ['token', 't-1', 'all', 'https://i', until],
    ['client', 'app', 'all', 'every', until],
    ['subject', 'alice', 'issued before 2025-11-24T16:00:00Z', 'every', until],
    ['version', 'bob', 'version below 4', 'every', until],
  ])
})

test('all pages become one JSON document', async () => {
  const { run, revocations } = commandLine()
  assert.deepEqual(JSON.parse((await run('revocations', 'list', '--json')).stdout), { revocations: [] })
  for (let index = 0; index < 2_500; index++) await revocations.append(tokenRevocation(`t${index}`, NOW + 60))
  const { stdout } = await run('revocations', 'list', '--json')
  const printed = JSON.parse(stdout).revocations
  assert.deepEqual([printed.length, printed[2_499]], [2_500, tokenRevocation('t2499', NOW + 60)])
})

test('nothing is said so', async () => {
  const { run } = commandLine()
  assert.deepEqual(await run('revocations', 'list'), {
    code: 0,
    stdout: '',
    stderr: 'Nothing is revoked in sqlite:memory.\n',
  })
  assert.match((await run('revocations', 'lst')).stderr, /Did you mean revocations list\?/)
  assert.match((await run('revocation')).stderr, /Did you mean revocations\?/)
})
