/** RFC 3986 §3.2.2: a registered name or IPv4 address, or an IPv6 address in brackets; then perhaps a port. */
const HOST = /^([A-Za-z0-9_][A-Za-z0-9._-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/

let lastField = ''
let lastHost: string | undefined

/**
 * The host of a `Host` field: lower-case, without port and trailing dot; `undefined` when it is none. Mostly it is that of the
 * request before.
 */
export function parseHost(field: string): string | undefined {
  if (field !== lastField) {
    lastHost = readHost(field)
    lastField = field
  }
  return lastHost
}

function readHost(field: string): string | undefined {
  const match = HOST.exec(field)
  if (!match?.[1] || Number(match[2] ?? 0) > 65_535) return undefined
  const host = match[1].toLowerCase()
  return host.endsWith('.') ? host.slice(0, -1) : host
}
