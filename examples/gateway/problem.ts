import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { securityHeaderNames } from './security-headers.ts'

/** What the gateway itself answers when something behind it fails. It repeats nothing of the request (RFC 9457). */
const PROBLEMS = {
  500: { title: 'Internal Server Error', detail: 'The gateway failed to answer.' },
  502: { title: 'Bad Gateway', detail: 'The upstream server could not be reached, or broke off.' },
  504: { title: 'Gateway Timeout', detail: 'The upstream server took too long.' },
} as const

export type ProblemStatus = keyof typeof PROBLEMS

/** What the gateway says of every answer. Whatever else has been set is of an upstream's that does not go on. */
const OURS: ReadonlySet<string> = new Set([...securityHeaderNames, 'x-request-id', 'ratelimit', 'ratelimit-policy'])

/** Closes the connection too: what is left of the request's body will not be read. */
export function sendProblem(response: ServerResponse, status: ProblemStatus): void {
  const body = problemDetails(status)
  for (const name of response.getHeaderNames()) if (!OURS.has(name)) response.removeHeader(name)
  response.writeHead(status, PROBLEMS[status].title, { ...headersFor(body), connection: 'close' }).end(body)
}

/** The same on the bare socket of an upgrade that came to nothing. */
export function endWithProblem(socket: Duplex, status: ProblemStatus): void {
  const body = problemDetails(status)
  const headers = Object.entries({ ...headersFor(body), connection: 'close' })
  const head = [`HTTP/1.1 ${status} ${PROBLEMS[status].title}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function problemDetails(status: ProblemStatus): string {
  return JSON.stringify({ type: 'about:blank', status, ...PROBLEMS[status] })
}

function headersFor(body: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
  }
}
