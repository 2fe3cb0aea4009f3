import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { unusedPort } from './free-port.ts'
import { RunningProcess } from './running-process.ts'
import { findProgram, skipWithout } from './server-program.ts'

const program = findProgram('postgres', process.env.POSTGRES_BIN, distributionFolders())

/** For the `skip` option of tests that need PostgreSQL. */
export const skipWithoutPostgres: string | false = skipWithout(program, 'postgres', 'POSTGRES_BIN')

/** A real PostgreSQL of its own, on a port of the loopback address. */
export interface PostgresServer {
  readonly url: string
  /** Starts it again, on the same port and data. */
  start(): Promise<void>
  /** Ends it and every connection, in order. */
  stop(): Promise<void>
  /** As a crash does: kill -9. */
  kill(): Promise<void>
  /** Stops it and removes its data. */
  remove(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-postgres-'))
  const identity = unprivileged()
  if (identity) chownSync(folder, identity.uid, identity.gid)
  const initdb = join(program ?? '', '..', 'initdb')
  const locale = ['--auth', 'trust', '--username', 'gatewarden', '--encoding', 'UTF8', '--locale', 'C.UTF-8']
  execFileSync(initdb, ['-D', folder, '--no-sync', ...locale], { ...identity, cwd: folder, stdio: 'ignore' })
  const port = await unusedPort()
  const url = `postgres://gatewarden@127.0.0.1:${port}/postgres`
  let running: RunningProcess | undefined
  const server: PostgresServer = {
    url,
    async start() {
      const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=50']
      const args = ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
      running = new RunningProcess(program ?? '', args, { ...identity, cwd: folder })
      await running.ready(() => answersQuery(url))
    },
    stop: async () => running?.end('SIGINT'),
    kill: async () => running?.end('SIGKILL'),
    async remove() {
      await running?.end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start().catch(async (error: unknown) => {
    await server.remove()
    throw error
  })
  return server
}

/** PostgreSQL refuses to run as root: there it runs as its own user, or as nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string, user: string) => Number(execFileSync('id', [flag, user], { stdio: 'pipe' }).toString())
  try {
    return { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') }
  } catch {
    return { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') }
  }
}

async function answersQuery(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Debian and its kin keep the server off the PATH, by version. */
function distributionFolders(): readonly string[] {
  const root = '/usr/lib/postgresql'
  try {
    const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
    return versions.map((version) => join(root, version, 'bin'))
  } catch {
    return []
  }
}
