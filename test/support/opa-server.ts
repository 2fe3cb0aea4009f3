import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPort } from './free-port.ts'
import { RunningProcess } from './running-process.ts'
import { findProgram, skipWithout } from './server-program.ts'

/** Its full name, where it is installed. */
export const opaProgram: string | undefined = findProgram('opa', process.env.OPA_BIN)

/** For the `skip` option of tests that need Open Policy Agent. */
export const skipWithoutOpa: string | false = skipWithout(opaProgram, 'opa', 'OPA_BIN')

/** A real Open Policy Agent of its own, on a port of the loopback address. */
export interface OpaServer {
  readonly url: string
  /** Starts it again, on the same port and policy. */
  start(): Promise<void>
  /** As a crash does: kill -9. */
  kill(): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/**
 * @param files Rego modules and data by file name
 * @param settings further settings, such as `['--authentication=token']`
 */
export async function startOpa(
  files: Readonly<Record<string, string>>,
  settings: readonly string[] = [],
): Promise<OpaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-opa-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const address = `127.0.0.1:${await unusedPort()}`
  const url = `http://${address}`
  let running: RunningProcess | undefined
  const server: OpaServer = {
    url,
    async start() {
      const args = [
        'run',
        '--server',
        '--addr',
        address,
        '--disable-telemetry',
        '--log-level',
        'error',
        ...settings,
        folder,
      ]
      running = new RunningProcess(opaProgram ?? '', args)
      await running.ready(() => isHealthy(url))
    },
    kill: async () => running?.end('SIGKILL'),
    async remove() {
      await running?.end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start().catch(async (error: unknown) => {
    await server.remove()
    throw error
  })
  return server
}

async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health`).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.status === 200
}
