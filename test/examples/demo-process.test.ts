import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { startDemo } from '../support/demo.ts'
import { listenOnFreePort } from '../support/free-port.ts'
import { NODE_FLAGS, REPOSITORY, runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()

function gateway(...args: string[]) {
  return runCommand(process.execPath, [...NODE_FLAGS, '--conditions=source', 'examples/demo/main.ts', ...args])
}

/** Folders of demos, by process: other tests have demos of their own. */
function leftovers(pid: number | undefined): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`gatewarden-demo-${pid}-`))
}

function stateFile(url: string): string {
  return join(REPOSITORY, 'node_modules/.cache/gatewarden', `${new URL(url).port}.json`)
}

suite('a start that fails says so in one line', { concurrency: true }, () => {
  for (const [problem, args, expected] of [
    ['an unknown option', ['--prot', '1'], /Unknown option '--prot'; see .* --help$/m],
    ['a port that is none', ['--port', 'http'], /--port must be a whole number from 0 to 65535/],
    ['a port too high', ['--port', '65536'], /--port must be a whole number/],
    ['a port for metrics that is none', ['--metrics-port', 'on'], /--metrics-port must be a whole number/],
    ['a missing value', ['--port'], /--port/],
    ['an argument too many', ['start'], /Unexpected argument 'start'/],
    ['an empty path', ['--ready-file', ''], /--ready-file must name a file/],
    ['a folder that is not there', ['--port', '0', '--ready-file', join(folder, 'no/ready.json')], /--ready-file/],
    ['a folder in place of the file', ['--port', '0', '--ready-file', folder], /--ready-file/],
  ] as const) {
    test(problem, async () => {
      const { code, stdout, stderr } = await gateway(...args)
      assert.equal(code, 1)
      assert.equal(stdout, '')
      assert.match(stderr, /^gateway: [^\n]+\n$/)
      assert.match(stderr, expected)
    })
  }

  test('a port in use', async () => {
    const other = createServer()
    after(() => other.close())
    const port = await listenOnFreePort(other)
    const readyFile = join(folder, 'in-use.json')
    const { code, stderr } = await gateway('--port', String(port), '--ready-file', readyFile)
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`^gateway: port ${port} is in use: [^\n]+\n$`))
    assert.ok(!existsSync(readyFile))
  })
})

test('--help prints the options', async () => {
  const { code, stdout } = await gateway('--help')
  assert.equal(code, 0)
  for (const option of ['--port N', '--metrics-port N', '--quiet', '--ready-file PATH'])
    assert.ok(stdout.includes(option))
})

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} ends it with 0 and leaves nothing behind`, async () => {
    const demo = await startDemo()
    const { pid } = demo.process
    assert.equal(leftovers(pid).length, 1)
    assert.equal(statSync(stateFile(demo.ready.gateway)).mode & 0o777, 0o600)
    assert.doesNotMatch(readFileSync(stateFile(demo.ready.gateway), 'utf8'), /key|secret|token/i)
    demo.process.kill(signal)
    const [code] = await once(demo.process, 'exit')
    assert.equal(code, 0)
    assert.ok(!existsSync(demo.readyFile))
    assert.ok(!existsSync(stateFile(demo.ready.gateway)))
    assert.deepEqual(leftovers(pid), [])
    assert.deepEqual(demo.output(), { stdout: '', stderr: '' })
    await demo.stop()
  })
}

test('it drains: open WebSockets are closed, idle connections do not hold it', async () => {
  const demo = await startDemo()
  const { gateway, credentials } = demo.ready
  await (await fetch(`${gateway}/health`)).text()
  const headers = { 'x-api-key': credentials.apiKeys.live.key }
  const webSocket = new WebSocket(`${gateway.replace('http:', 'ws:')}/ws`, { headers })
  await once(webSocket, 'open')
  const closed = once(webSocket, 'close')
  const stopping = performance.now()
  assert.equal(await demo.stop(), 0)
  await closed
  assert.ok(performance.now() - stopping < 3_000)
})

test('a second signal, when the first is no longer fresh, ends it at once', async () => {
  const demo = await startDemo()
  const { gateway, credentials } = demo.ready
  const { pid } = demo.process
  // A request whose body never ends holds the drain.
  const held = fetch(`${gateway}/orders/echo`, {
    method: 'POST',
    headers: { 'x-api-key': credentials.apiKeys.live.key },
    body: new ReadableStream({ pull: () => new Promise(() => {}) }),
    duplex: 'half',
  }).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 200))
  demo.process.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  assert.equal(demo.process.exitCode, null)
  demo.process.kill('SIGTERM')
  const [code] = await once(demo.process, 'exit')
  assert.equal(code, 1)
  assert.deepEqual(leftovers(pid), [])
  assert.ok(!existsSync(demo.readyFile))
  await held
  await demo.stop()
})

test('npm passes SIGTERM on, and waits', async () => {
  const readyFile = join(folder, 'npm.json')
  const args = ['run', '-s', 'gateway', '--', '--port', '0', '--tls-port', '0', '--quiet', '--ready-file', readyFile]
  const npm = spawn('npm', args, { cwd: REPOSITORY, stdio: 'ignore', detached: true })
  after(() => killGroup(npm))
  while (!existsSync(readyFile) && npm.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20))
  npm.kill('SIGTERM')
  assert.deepEqual(await once(npm, 'exit'), [0, null])
  assert.ok(!existsSync(readyFile))
})

/** A demo that npm has left behind is still of its process group. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH')
  }
}
