import assert from 'node:assert/strict'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { NODE_FLAGS, runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const path = join(folder, 'ready.json')

/** Writes the file in a process that does `then` and ends; returns what stood there meanwhile. */
async function readyFileOf(then = ''): Promise<unknown> {
  const program = `
    import { readFileSync, lstatSync, writeFileSync, unlinkSync } from 'node:fs'
    import { prepareReadyFile, writeReadyFile } from './examples/demo/ready-file.ts'
    const path = ${JSON.stringify(path)}
    prepareReadyFile(path)
    writeReadyFile(path, { gateway: 'here' })
    const stat = lstatSync(path)
    console.log(JSON.stringify({ ...JSON.parse(readFileSync(path)), mode: stat.mode & 0o777, isFile: stat.isFile() }))
    ${then}`
  const { stdout, stderr } = await runCommand(process.execPath, [...NODE_FLAGS, '--input-type=module', '-e', program])
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

const EXPECTED = { gateway: 'here', mode: 0o600, isFile: true }

test('it is for the owner only, and gone when the process is', async () => {
  assert.deepEqual(await readyFileOf(), EXPECTED)
  assert.deepEqual(readdirSync(folder), [])
})

test('it takes the place of one that a killed run has left', async () => {
  writeFileSync(path, '{}', { mode: 0o666 })
  assert.deepEqual(await readyFileOf(), EXPECTED)
  assert.deepEqual(readdirSync(folder), [])
})

test('it does not follow a link', async () => {
  const victim = join(temporaryFolder(), 'victim')
  writeFileSync(victim, 'precious')
  symlinkSync(victim, path)
  assert.deepEqual(await readyFileOf(), EXPECTED)
  assert.equal(readFileSync(victim, 'utf8'), 'precious')
  assert.deepEqual(readdirSync(folder), [])
})

test('a file that another demo has put there since stays', async () => {
  await readyFileOf(
    "writeFileSync(path + '.new', 'theirs'); unlinkSync(path); (await import('node:fs')).renameSync(path + '.new', path)",
  )
  assert.equal(readFileSync(path, 'utf8'), 'theirs')
})
