import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { isToken } from '../../../header-name.ts'
import { type Networks, parseNetworks } from '../../../network.ts'
import { assertKnownKeys, assertOneOf, invalidOption } from '../../../options.ts'
import type { RequestView } from '../../../request-view.ts'
import { type Evidence, readEvidence } from '../evidence.ts'
import { clientCert } from './client-cert.ts'
import { envoy } from './envoy.ts'
import { escapedCertificate, escapedChain } from './escaped-pem.ts'
import type { ForwardFormat } from './format.ts'

export interface ForwardedOptions {
  /**
   * How the proxy writes the certificate: `rfc9440` (`Client-Cert`, `Client-Cert-Chain`), `nginx`
   * (`$ssl_client_escaped_cert`), `envoy` (`X-Forwarded-Client-Cert`), or one of the modes of AWS's load balancer.
   */
  readonly format: 'rfc9440' | 'nginx' | 'envoy' | 'aws-alb-verify' | 'aws-alb-passthrough'
  /** Addresses and ranges of the proxies that are believed. Each must remove the header from what clients send. */
  readonly peers: readonly string[]
  /** Of `nginx`: the header that it is configured to send. Default `X-SSL-Client-Cert`. */
  readonly header?: string
}

const FORMATS = ['rfc9440', 'nginx', 'envoy', 'aws-alb-verify', 'aws-alb-passthrough']
const MAX_REMEMBERED = 1_000

/** Certificates that proxies have taken from their clients, and pass on in headers. Whoever else sends them is not heard. */
export class ForwardedCertificates {
  readonly headers: readonly string[]
  readonly #format: ForwardFormat
  readonly #peers: Networks
  readonly #seen = new LRUCache<string, Evidence | 'unreadable'>({ max: MAX_REMEMBERED })

  /** @throws TypeError when an option is missing, unknown or unsafe */
  constructor(factory: string, options: ForwardedOptions) {
    const owner = `${factory}.forwarded`
    assertKnownKeys(owner, options, ['format', 'peers', 'header'])
    assertOneOf(owner, 'format', options.format, FORMATS)
    if (Array.isArray(options.peers) && options.peers.some((peer) => /\/0+$/.test(String(peer)))) {
      throw invalidOption(owner, '"peers" must list your proxies: to believe every peer is to believe every client')
    }
    this.#peers = parseNetworks(owner, 'peers', options.peers)
    this.#format = formatOf(owner, options)
    this.headers = this.#format.headers
  }

  /** Whether the other end of the connection is one of the proxies. A certificate of that connection is its own. */
  isFromPeer(request: RequestView): boolean {
    return this.#peers.has(request.forwardedFor.at(-1) ?? '')
  }

  isPresented(request: RequestView): boolean {
    return (request.credential(this.#format.headers[0]) ?? '') !== ''
  }

  /** The certificate in a request of a peer; `undefined` when it cannot be read. The same text is read once. */
  evidenceIn(request: RequestView): Evidence | undefined {
    const values = this.headers.map((header) => request.credential(header))
    const key = createHash('sha256').update(JSON.stringify(values)).digest('base64')
    let evidence = this.#seen.get(key)
    if (evidence === undefined) {
      const written = this.#format.read((header) => request.credential(header))
      evidence = (written && readEvidence(written.leaf, written.others, false)) ?? 'unreadable'
      this.#seen.set(key, evidence)
    }
    return evidence === 'unreadable' ? undefined : evidence
  }
}

function formatOf(owner: string, { format, header }: ForwardedOptions): ForwardFormat {
  if (header !== undefined && format !== 'nginx') {
    throw invalidOption(owner, '"header" is for the format "nginx"; the others have names of their own')
  }
  switch (format) {
    case 'nginx':
      return escapedCertificate(nginxHeader(owner, header))
    case 'aws-alb-verify':
      return escapedCertificate('x-amzn-mtls-clientcert-leaf')
    case 'aws-alb-passthrough':
      return escapedChain('x-amzn-mtls-clientcert')
    case 'envoy':
      return envoy
    case 'rfc9440':
      return clientCert
  }
}

function nginxHeader(owner: string, header: unknown = 'X-SSL-Client-Cert'): string {
  if (typeof header !== 'string' || !isToken(header) || header.includes('_')) {
    throw invalidOption(owner, '"header" must be the name of a header, such as X-SSL-Client-Cert')
  }
  return header.toLowerCase()
}
