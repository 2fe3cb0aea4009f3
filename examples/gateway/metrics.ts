import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { prometheusMetrics } from 'gatewarden/observe/prometheus'
import type { LocalRevocationList } from 'gatewarden/store/local-revocation-list'
import { Registry } from 'prom-client'
import { isThisMachine } from './addresses.ts'
import { listen } from './server.ts'

/** Metrics are for this machine alone, on a port of their own: they tell how the gateway is doing. */
const HOST = '127.0.0.1'

/** There is nothing else here, so whoever asks for the beginning means it too. */
const PATHS: readonly string[] = ['/metrics', '/']

export interface Metrics {
  readonly url: string
  close(): Promise<void>
}

/** Serves `GET /metrics`, as Prometheus reads it. Counting begins now. */
export async function startMetrics(port: number, revocations: LocalRevocationList): Promise<Metrics> {
  const registry = new Registry()
  const counting = prometheusMetrics({ registry, revocations })
  const server = createServer((request, response) => {
    answer(request, response, registry).catch(() => response.destroy())
  })
  try {
    const url = await listen(server, HOST, port)
    const close = async () => {
      counting.stop()
      server.close()
      server.closeAllConnections()
    }
    return { url, close }
  } catch (error) {
    counting.stop()
    throw error
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, registry: Registry): Promise<void> {
  const { method, url = '' } = request
  if (!namesThisMachine(request)) return end(response, 421)
  if (!PATHS.includes(url)) return end(response, 404)
  if (method !== 'GET' && method !== 'HEAD') return end(response.setHeader('allow', 'GET, HEAD'), 405)
  response.setHeader('content-type', registry.contentType).setHeader('cache-control', 'no-store')
  end(response, 200, await registry.metrics())
}

/** A page that a browser here has open could otherwise read them, under a name of its own that leads here. */
function namesThisMachine({ headers }: IncomingMessage): boolean {
  const host = `http://${headers.host}`
  return URL.canParse(host) && isThisMachine(new URL(host).hostname)
}

function end(response: ServerResponse, status: number, body = ''): void {
  response.writeHead(status).end(body)
}
