import type { IncomingHttpHeaders } from 'node:http'

/** RFC 9110 §7.6.1: these end at the next hop. `transfer-encoding` stays, as Node re-frames the body by it. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'te', 'trailer', 'upgrade']

const KEPT = new Set(['transfer-encoding', 'content-length'])

/** Removes from an upstream's response what was meant for the gateway only, with all that `Connection` lists. */
export function removeHopByHop(headers: IncomingHttpHeaders): void {
  const listed = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  for (const name of [...HOP_BY_HOP, ...listed]) if (!KEPT.has(name)) delete headers[name]
}
