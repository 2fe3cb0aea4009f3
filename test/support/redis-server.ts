import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPort } from './free-port.ts'
import { RunningProcess } from './running-process.ts'
import { findProgram, skipWithout } from './server-program.ts'

const program = findProgram('redis-server', process.env.REDIS_SERVER)

/** For the `skip` option of tests that need Redis. */
export const skipWithoutRedis: string | false = skipWithout(program, 'redis-server', 'REDIS_SERVER')

/** A real Redis of its own, on a port of the loopback address. */
export interface RedisServer {
  readonly port: number
  /** Starts it again, on the same port and data. */
  start(): Promise<void>
  /** Lets it finish. */
  stop(): Promise<void>
  /** As a crash does: kill -9. */
  kill(): Promise<void>
  /** Stops it and removes its data. */
  remove(): Promise<void>
}

/** @param settings further settings, such as `['--appendonly', 'yes']` */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-redis-'))
  const port = await unusedPort()
  let running: RunningProcess | undefined
  const server: RedisServer = {
    port,
    async start() {
      const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings]
      running = new RunningProcess(program ?? '', args)
      await running.ready(() => answersPing(port))
    },
    stop: async () => running?.end('SIGTERM'),
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

/** While it loads its data it listens, but answers `-LOADING`. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.setTimeout(1_000, () => socket.destroy())
    socket.once('data', (reply) => {
      resolve(reply.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}
