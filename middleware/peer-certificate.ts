import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ClientCertificate } from '../lib/request-view.ts'

const certificates = new WeakMap<TLSSocket, ClientCertificate | 'none'>()

/**
 * The certificate that the other end has shown to hold the key of. It is read from TLS once per handshake: TLS 1.2 knows a
 * second one on the same connection, which may bring another certificate.
 */
export function peerCertificateOf(socket: TLSSocket): ClientCertificate | undefined {
  let known = certificates.get(socket)
  if (known === undefined) {
    const certificate = socket.getPeerX509Certificate?.()
    known = certificate ? new PeerCertificate(socket, certificate) : 'none'
    certificates.set(socket, known)
    // Node.js emits it at the end of every handshake.
    socket.once('secure', () => certificates.delete(socket))
  }
  return known === 'none' ? undefined : known
}

/** More than any chain that a TLS server follows. */
const MAX_CHAIN = 10

class PeerCertificate implements ClientCertificate {
  readonly der: Uint8Array
  readonly serverName: string | undefined
  readonly #socket: TLSSocket
  readonly #certificate: X509Certificate

  constructor(socket: TLSSocket, certificate: X509Certificate) {
    this.der = certificate.raw
    // `false` and `null` when none was sent.
    const name: unknown = (socket as { readonly servername?: unknown }).servername
    this.serverName = typeof name === 'string' && name !== '' ? name.toLowerCase().replace(/\.$/, '') : undefined
    this.#socket = socket
    this.#certificate = certificate
  }

  /** A second handshake that fails leaves `authorized` as the first has set it, and only adds its error. */
  get isAuthorized(): boolean {
    const error: unknown = this.#socket.authorizationError
    return this.#socket.authorized === true && (error === undefined || error === null)
  }

  /** Not every Node.js hands it to servers: https://github.com/nodejs/node/issues/65579. */
  get chain(): readonly Uint8Array[] {
    const chain: Uint8Array[] = []
    let issuer = this.#certificate.issuerCertificate
    while (issuer && chain.length < MAX_CHAIN) {
      chain.push(issuer.raw)
      issuer = issuer.issuerCertificate
    }
    return chain
  }
}
