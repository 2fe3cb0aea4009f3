/** A client's certificate as a proxy writes it down: DER, and what came with it. */
export interface WrittenCertificate {
  readonly leaf: Uint8Array
  readonly others: readonly Uint8Array[]
}

/** How a proxy writes a client's certificate down. */
export interface ForwardFormat {
  /** The headers that are its, lower-case; the first is there whenever a certificate is. */
  readonly headers: readonly [string, ...string[]]
  /** @returns `undefined` when it cannot be read */
  read(header: (name: string) => string | undefined): WrittenCertificate | undefined
}
