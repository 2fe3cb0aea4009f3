import { once } from 'node:events'
import { connect } from 'node:net'

const STEP_MS = 10

/**
 * Sends bytes as they are and returns what comes back until the other end closes, or nothing comes for a while.
 * @param idleMs counted only while the process is awake: whatever stalls a machine is no silence of the other end
 */
export async function sendBytes(port: number, bytes: string | Buffer, idleMs: number = 150): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let received = ''
  let leftMs = idleMs
  const watching = setInterval(() => {
    leftMs -= STEP_MS
    if (leftMs <= 0) socket.destroy()
  }, STEP_MS)
  socket.on('data', (chunk) => {
    leftMs = idleMs
    received += chunk.toString('latin1')
  })
  socket.on('error', () => socket.destroy())
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  await once(socket, 'close')
  clearInterval(watching)
  return received
}

export interface RawRequestParts {
  readonly method?: string
  readonly target: string
  readonly version?: string
  /** Lines as they are. `Host` and `Connection: close` are added unless they are among them. */
  readonly headers?: readonly string[]
  readonly body?: string
}

/** One request over a connection of its own; the answer as a whole, read until the server closes. */
export async function sendRequestLines(port: number, parts: RawRequestParts): Promise<string> {
  const { method = 'GET', target, version = '1.1', headers = [], body = '' } = parts
  const has = (name: string) => headers.some((line) => line.toLowerCase().startsWith(`${name}:`))
  const lines = [`${method} ${target} HTTP/${version}`, ...headers]
  if (!has('host')) lines.push(`Host: 127.0.0.1:${port}`)
  if (!has('connection')) lines.push('Connection: close')
  return sendBytes(port, `${lines.join('\r\n')}\r\n\r\n${body}`, 2_000)
}

/** The status codes of the answers in what came back. */
export function statusesIn(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))
}

export function statusOf(received: string): number {
  return statusesIn(received)[0] ?? 0
}
