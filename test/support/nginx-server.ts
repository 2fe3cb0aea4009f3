import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after } from 'node:test'
import { unusedPort } from './free-port.ts'
import { RunningProcess } from './running-process.ts'
import { findProgram, skipWithout } from './server-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const program = findProgram('nginx', process.env.NGINX, ['/usr/sbin', '/usr/local/sbin'])

/** For the `skip` option of tests that need nginx. */
export const skipWithoutNginx: string | false = skipWithout(program, 'nginx', 'NGINX')

/**
 * A real nginx until the end of the suite, which ends TLS on a free port of the loopback address.
 * @param server lines of its `server` block, without `listen`
 * @returns the port
 */
export async function startNginx(server: readonly string[]): Promise<number> {
  const folder = temporaryFolder()
  const port = await unusedPort()
  mkdirSync(join(folder, 'temp'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path temp;`)
  const file = join(folder, 'nginx.conf')
  const lines = [
    ...['daemon off;', 'master_process off;', 'pid nginx.pid;', 'error_log stderr warn;', 'events {}', 'http {'],
    ...['access_log off;', ...temporary, 'server {', `listen 127.0.0.1:${port} ssl;`, ...server, '}', '}', ''],
  ]
  writeFileSync(file, lines.join('\n'))
  const running = new RunningProcess(program ?? '', ['-p', folder, '-c', file, '-e', 'stderr'])
  after(() => running.end('SIGKILL'))
  await running.ready(() => accepts(port))
  return port
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
