import assert from 'node:assert/strict'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repositoryFile } from '../support/repository-files.ts'
import { REPOSITORY, runCommand } from '../support/run-command.ts'

const CHECK = 'test/support/check-node.mjs'
const MANIFEST: { readonly engines: { readonly node: string }; readonly scripts: Readonly<Record<string, string>> } =
  JSON.parse(repositoryFile('package.json').text)

/** Runs the check as if on another Node.js. */
function checkOn(version: string): ReturnType<typeof runCommand> {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
  return runCommand(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, CHECK])
}

test('before the tests run, Node.js is checked, by a script that an old one can run', () => {
  assert.equal(MANIFEST.scripts.pretest, `node ${CHECK}`)
})

test('the check knows the version that the package asks for', () => {
  const [, oldest] = /^const OLDEST = '(.*)'$/m.exec(repositoryFile(CHECK).text) ?? []
  assert.equal(MANIFEST.engines.node, `>=${oldest}`)
})

for (const version of ['22.18.0', '22.20.1', '24.0.0', process.versions.node]) {
  test(`Node.js ${version} passes, and nothing is said`, async () => {
    assert.deepEqual(await checkOn(version), { code: 0, stdout: '', stderr: '' })
  })
}

for (const version of ['18.20.8', '20.20.2', '22.17.9', '22.9.0']) {
  test(`Node.js ${version} is refused, in one line`, async () => {
    const { code, stdout, stderr } = await checkOn(version)
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^Node\.js 22\.18 or later is needed [^\n]+\n$/)
    assert.ok(stderr.includes(version))
  })
}

test('.ci/run can be run, and is a script that stops at a failure', async () => {
  accessSync(join(REPOSITORY, '.ci/run'), constants.X_OK)
  const { code, stderr } = await runCommand('bash', ['-n', '.ci/run'])
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(repositoryFile('.ci/run').text, /^set -euo pipefail$/m)
})
