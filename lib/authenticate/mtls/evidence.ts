import type { ClientCertificate } from '../../request-view.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { DerError } from './der.ts'
import type { CertificatePath, Presented, TrustStore } from './trust-store.ts'

/** A certificate that a client holds the key of, and what has been found out about it: once, not with each request. */
export class Evidence implements Presented {
  readonly leaf: Certificate
  readonly others: readonly Certificate[]
  readonly isCheckedByTls: boolean
  #store: TrustStore | undefined
  #path: CertificatePath | undefined

  constructor(leaf: Certificate, others: readonly Certificate[], isCheckedByTls: boolean) {
    this.leaf = leaf
    this.others = others
    this.isCheckedByTls = isCheckedByTls
  }

  /** The path that is good at that time, or why there is none. It is looked for anew when another one may be needed. */
  pathIn(store: TrustStore, at: number): CertificatePath | string {
    if (this.#store === store && this.#path && at >= this.#path.notBefore && at <= this.#path.notAfter)
      return this.#path
    const path = store.pathOf(this, at)
    this.#store = store
    this.#path = typeof path === 'string' ? undefined : path
    return path
  }
}

/** The evidence in DER; `undefined` when the client's certificate cannot be read. Others that cannot be are left out. */
export function readEvidence(
  leaf: Uint8Array,
  others: readonly Uint8Array[],
  isCheckedByTls: boolean,
): Evidence | undefined {
  const certificate = readOrNothing(leaf)
  if (!certificate) return undefined
  return new Evidence(
    certificate,
    others.flatMap((other) => readOrNothing(other) ?? []),
    isCheckedByTls,
  )
}

function readOrNothing(der: Uint8Array): Certificate | undefined {
  try {
    const certificate = readCertificate(der)
    certificate.publicKey()
    return certificate
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

/** Reads the certificate of a connection once. */
export class ConnectionEvidence {
  readonly #seen = new WeakMap<ClientCertificate, Evidence | 'unreadable'>()

  of(certificate: ClientCertificate): Evidence | undefined {
    let evidence = this.#seen.get(certificate)
    if (evidence === undefined) {
      evidence = readEvidence(certificate.der, certificate.chain, true) ?? 'unreadable'
      this.#seen.set(certificate, evidence)
    }
    return evidence === 'unreadable' ? undefined : evidence
  }
}
