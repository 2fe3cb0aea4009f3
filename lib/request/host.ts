/**
 * RFC 3986 §3.2.2: a registered name or IPv4 address, or an IPv6 address in brackets; then perhaps a port. No label of a name
 * is empty (RFC 1035 §2.3.1): a server that drops one reads another name than the rules were found by.
 */
const HOST = /^([A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/

const MAX_LENGTH = 253

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
  if (!match?.[1] || match[1].length > MAX_LENGTH || Number(match[2] ?? 0) > 65_535) return undefined
  const host = match[1].toLowerCase()
  return host.endsWith('.') ? host.slice(0, -1) : host
}
