import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Ready } from '../../examples/demo/ready.ts'
import { NODE_FLAGS, REPOSITORY } from './run-command.ts'

const START_LIMIT_MS = 20_000
const POLL_MS = 20

/** `npm run gateway`, running as a child process on free ports. */
export interface RunningDemo {
  /** What the ready file says: addresses and credentials. */
  readonly ready: Ready
  readonly readyFile: string
  readonly process: ChildProcess
  /** What it has printed so far. */
  output(): { readonly stdout: string; readonly stderr: string }
  /** Resolves when it has printed a text. */
  said(text: string): Promise<void>
  /** Sends SIGTERM, unless it has ended already. Returns its exit code. */
  stop(): Promise<number | null>
}

/**
 * Starts the demo; one per test file is enough.
 * @param environment what is to be set besides
 * @example
 * const demo = await startDemo()
 * after(() => demo.stop())
 * const response = await fetch(`${demo.ready.gateway}/health`)
 */
export async function startDemo(
  args: readonly string[] = ['--quiet'],
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-test-'))
  const readyFile = join(folder, 'ready.json')
  const child = spawn(
    process.execPath,
    [
      ...NODE_FLAGS,
      '--conditions=source',
      'examples/demo/main.ts',
      '--port',
      '0',
      '--tls-port',
      '0',
      '--ready-file',
      readyFile,
      ...args,
    ],
    { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } },
  )
  const output = collectOutput(child)
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  // A test that throws before it stops its demo must not leave it behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    child.kill('SIGTERM')
    const code = await exited
    process.off('exit', kill)
    rmSync(folder, { recursive: true, force: true })
    return code
  }
  const said = async (text: string) => {
    while (!output().stdout.includes(text)) await once(child.stdout, 'data')
  }
  for (const giveUpMs = Date.now() + START_LIMIT_MS; !existsSync(readyFile); await delay(POLL_MS)) {
    if (child.exitCode === null && Date.now() < giveUpMs) continue
    await stop()
    throw new Error(`the demo did not start: ${output().stderr}`)
  }
  return { ready: JSON.parse(readFileSync(readyFile, 'utf8')), readyFile, process: child, output, said, stop }
}

function collectOutput(child: ChildProcess): RunningDemo['output'] {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  return () => ({ stdout, stderr })
}
