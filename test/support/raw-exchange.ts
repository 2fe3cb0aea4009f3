import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** Opens a connection to a loopback port and writes lines as they are; an empty line ends the head. */
export async function openRaw(port: number, lines: readonly string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return socket
}

/** What comes back until the other end closes. */
export async function exchangeRaw(port: number, lines: readonly string[]): Promise<string> {
  return text(await openRaw(port, lines))
}

export function handshake(path: string, ...headers: readonly string[]): readonly string[] {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: api.example.test',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...headers,
  ]
}
