import { isIP } from 'node:net'
import { type Networks, plainAddress } from '../network.ts'
import type { RawRequest } from '../request-view.ts'
import { parseHost } from './host.ts'

export interface ForwardedOrigin {
  readonly clientAddress: string
  /** From the client to our peer, nearest last. */
  readonly forwardedFor: readonly string[]
  readonly scheme: 'http' | 'https'
  /** The `Host` that the client asked for. */
  readonly authority: string
  /** A trusted proxy's id for this request, if it sent a usable one. */
  readonly requestId: string | undefined
}

/** Nothing that could break a log line, a header or a file name. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/

/**
 * Where a request comes from. `X-Forwarded-*` and `X-Request-ID` are believed only when the peer is a trusted proxy;
 * then the chain is read from its right end, where trusted proxies wrote.
 * @returns `undefined` when a trusted proxy sent a chain that cannot be read
 */
export function forwardedOrigin(raw: RawRequest, host: string, trustedProxies: Networks): ForwardedOrigin | undefined {
  const peer = plainAddress(raw.peerAddress ?? '')
  const scheme = raw.encrypted ? 'https' : 'http'
  if (!trustedProxies.has(peer)) {
    return { clientAddress: peer, forwardedFor: [peer], scheme, authority: host, requestId: undefined }
  }
  const chain = trustedChain(text(raw, 'x-forwarded-for'), peer, trustedProxies)
  if (!chain) return undefined
  const forwardedProto = text(raw, 'x-forwarded-proto')
  const forwardedHost = text(raw, 'x-forwarded-host')
  const requestId = text(raw, 'x-request-id')
  return {
    clientAddress: chain[0] ?? peer,
    forwardedFor: chain,
    scheme: forwardedProto === 'https' || forwardedProto === 'http' ? forwardedProto : scheme,
    authority: parseHost(forwardedHost) === undefined ? host : forwardedHost,
    requestId: REQUEST_ID.test(requestId) ? requestId : undefined,
  }
}

function trustedChain(field: string, peer: string, trustedProxies: Networks): string[] | undefined {
  const chain = [peer]
  const hops = field === '' ? [] : field.split(',')
  for (const hop of hops.reverse()) {
    const address = plainAddress(hop.trim())
    if (isIP(address) === 0) return undefined
    chain.unshift(address)
    if (!trustedProxies.has(address)) break
  }
  return chain
}

function text(raw: RawRequest, name: string): string {
  const value = raw.headers[name]
  return typeof value === 'string' ? value : ''
}
