import type { IncomingHttpHeaders } from 'node:http'

/** RFC 9110 §7.6.1: these end at the next hop. `transfer-encoding` stays, as Node re-frames the body by it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'te', 'trailer', 'upgrade'],
])

const KEPT: ReadonlySet<string> = new Set(['transfer-encoding', 'content-length'])

/** Of an upstream's response, what is not meant for the gateway only; without all that `Connection` lists. */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const listed = listedIn(headers.connection)
  const left: IncomingHttpHeaders = {}
  for (const name in headers) {
    if (!HOP_BY_HOP.has(name) && (!listed?.includes(name) || KEPT.has(name))) left[name] = headers[name]
  }
  return left
}

function listedIn(connection: string | undefined): readonly string[] | undefined {
  if (connection === undefined || connection === 'keep-alive') return undefined
  return connection.split(',').map((name) => name.trim().toLowerCase())
}
