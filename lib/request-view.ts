import type { Awaitable } from './effects.ts'
import type { AuthError } from './errors.ts'

/** Header fields by lower-case name, as Node.js gives them. */
export type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>

/** The certificate that the other end of a TLS connection has shown to hold the key of. One object per connection. */
export interface ClientCertificate {
  /** DER-encoded: RFC 5280 §4.1. */
  readonly der: Uint8Array
  /** Whether the TLS server found it to lead to one of its authorities, when the connection was made. */
  readonly isAuthorized: boolean
  /** The certificates that came with it, nearest first. A resumed session has none, and some versions of Node.js have none at all. */
  readonly chain: readonly Uint8Array[]
  /** The name that the client asked for in the handshake (SNI), lower-case; absent when it asked for none. */
  readonly serverName: string | undefined
}

/** A request as it arrived, before anything of it is believed. */
export interface RawRequest {
  readonly method: string
  /** The request target as sent: RFC 9112 §3.2. */
  readonly target: string
  /** `1.0` or `1.1`. */
  readonly httpVersion: string
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[]
  readonly headers: HeaderRecord
  /** Stands for the connection: the same object for all of its requests. */
  readonly connection?: object
  /** The address of the other end of the connection; absent when it is already gone. */
  readonly peerAddress: string | undefined
  /** Whether the connection is TLS. */
  readonly encrypted: boolean
  /** Whoever signed it. */
  readonly clientCertificate?: ClientCertificate | undefined
  /** The body, of at most `maxBytes`; it stays there for who reads it next. Absent where there can be none. */
  readBody?(maxBytes: number): Awaitable<Uint8Array | AuthError>
  /** Whether the server may have dropped header fields, because there were more than it reads. */
  readonly truncated?: boolean
  /** Whether the URL that goes on was changed on its way here: it is no longer that of the target. */
  readonly rewritten?: boolean
}

/**
 * An admitted request, as authenticators and policies see it: one canonical path, no header that could pass for ours,
 * and no credential in plain sight. It may be logged.
 */
export interface RequestView {
  /** Correlation id: ours, or that of a trusted proxy. */
  readonly id: string
  /** As sent, upper-case. */
  readonly method: string
  /** The request target as sent, query included: what a client has signed. Never what is authorised. */
  readonly target: string
  /** The canonical path, without the query; what is authorised and what is forwarded. */
  readonly path: string
  /** The path's segments, percent-decoded and case-folded: what routes are matched on. */
  readonly segments: readonly string[]
  /** What follows the `?`, as sent; empty when there is none. */
  readonly query: string
  /** Lower-case, without port. Empty when HTTP/1.0 sent none. */
  readonly host: string
  /** `Host` as sent, with its port. */
  readonly authority: string
  /** How the client speaks to us, or to the trusted proxy before us. */
  readonly scheme: 'http' | 'https'
  /** The rightmost address that is no trusted proxy. */
  readonly clientAddress: string
  /** Client and proxies, nearest last: what `X-Forwarded-For` says upstream. */
  readonly forwardedFor: readonly string[]
  /** Header fields that may be believed for what they are: a client's words. Credentials are not among them. */
  readonly headers: HeaderRecord
  /** The certificate of the other end of the connection; it holds the key, whoever signed it. */
  readonly clientCertificate: ClientCertificate | undefined
  /** Stands for the connection, for what is remembered as long as it. */
  readonly connection: object | undefined
  /**
   * The body's bytes as sent, before any decoding. Only who verifies a signature has a use for it.
   * @returns the error to answer with when it is longer than `maxBytes`, or breaks off
   * @throws DependencyError (or rejects) when somebody else has read it before
   */
  readBody(maxBytes: number): Awaitable<Uint8Array | AuthError>
  /** Reads the credential header of that lower-case name. Only authenticators have a use for it. */
  credential(header: string): string | undefined
}
