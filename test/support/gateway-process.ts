import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import { NODE_FLAGS, REPOSITORY } from './run-command.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The example gateway as a process of its own. */
export interface GatewayProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** Where it listens, once it does. */
  url(): Promise<string>
  /** What it has said when it has ended by itself. */
  ended(): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** @param environment what is not said here is as good as any */
export function gatewayProcess(environment: NodeJS.ProcessEnv): GatewayProcess {
  const child = spawn(process.execPath, [...NODE_FLAGS, '--conditions=source', 'examples/gateway/main.ts'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      UPSTREAM_URL: 'http://127.0.0.1:9',
      ISSUER: 'http://127.0.0.1:9',
      AUDIENCE: 'https://api.example.test',
      KEY_STORE: join(temporaryFolder(), 'keys.sqlite'),
      ...environment,
    },
  })
  after(() => child.kill('SIGKILL'))
  return {
    child,
    async url() {
      const [line] = await once(child.stdout, 'data')
      return /^Gateway on (\S+)\n/.exec(String(line))?.[1] ?? ''
    },
    async ended() {
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
      return { code, stdout, stderr }
    },
  }
}
