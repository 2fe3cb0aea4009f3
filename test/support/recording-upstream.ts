import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { serve } from './serve.ts'

/** A request as it arrived behind the gateway. */
export interface Recorded {
  readonly method: string
  readonly target: string
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface RecordingUpstream {
  readonly url: string
  /** Takes what has arrived since the last time. */
  take(): readonly Recorded[]
}

/**
 * The server behind: it believes everything, and keeps it.
 * @param answer how it answers a request that it has kept
 */
export async function recordingUpstream(
  answer: (response: ServerResponse) => void = (response) => response.end('served'),
): Promise<RecordingUpstream> {
  let records: Recorded[] = []
  const keep = (request: IncomingMessage, body: string) => {
    const { method = '', url: target = '', rawHeaders } = request
    records.push({ method, target, rawHeaders: [...rawHeaders], body })
  }
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    // An upload that breaks off is no request.
    if (!body) return
    keep(request, body.toString('latin1'))
    answer(response)
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    keep(request, '')
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    socket.end('bye')
  })
  const port = await serve(server)
  return {
    url: `http://127.0.0.1:${port}`,
    take() {
      const taken = records
      records = []
      return taken
    },
  }
}

/** The values that reached the upstream under a name, folded as a CGI backend folds names. */
export function foldedValues({ rawHeaders }: Recorded, name: string): readonly string[] {
  const fold = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '-')
  return rawHeaders.filter((_, index) => index % 2 === 1 && fold(rawHeaders[index - 1] ?? '') === fold(name))
}
