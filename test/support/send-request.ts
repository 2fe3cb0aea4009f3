import { type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface SentRequest {
  readonly method?: string
  readonly path?: string
  /** As they are written on the wire, in that order; `Host` is added. */
  readonly headers?: readonly (readonly [string, string])[]
}

export interface ReceivedAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The body as JSON. */
  json(): Record<string, unknown>
}

/** Sends a request to a loopback port: its path as it is written here, and its headers in this order and spelling. */
export async function sendRequest(port: number, sent: SentRequest = {}): Promise<ReceivedAnswer> {
  const { method = 'GET', path = '/', headers = [] } = sent
  const list = [['Host', 'api.example.test'], ...headers].flat()
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedAnswer>()
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers: list, agent: false })
  outgoing.on('error', reject)
  outgoing.on('response', (response) => {
    text(response).then(
      (body) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json: () => JSON.parse(body) }),
      reject,
    )
  })
  outgoing.end()
  return promise
}
