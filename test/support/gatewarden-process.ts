import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { CommandRun } from './command-line.ts'

const MAIN = fileURLToPath(new URL('../../lib/command-line/main.ts', import.meta.url))

/** Runs the real program, as `npm run -s gatewarden -- keys …` does, with something on its standard input. */
export async function gatewardenProcess(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string; readonly cwd?: string } = {},
): Promise<CommandRun> {
  const { env = {}, input = '', cwd } = options
  const { GATEWARDEN_STORE: _store, GATEWARDEN_PEPPERS: _peppers, ...inherited } = process.env
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], {
    env: { ...inherited, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 30_000,
    ...(cwd !== undefined && { cwd }),
  })
  const exited = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  // A program that ends before it has read everything is not this test's problem.
  child.stdin.on('error', () => undefined).end(input)
  const [code, stdout, stderr] = await Promise.all([exited, text(child.stdout), text(child.stderr)])
  return { code: code ?? -1, stdout, stderr }
}
