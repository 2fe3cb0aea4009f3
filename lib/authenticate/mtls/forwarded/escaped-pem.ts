import { pemBlocks } from '../pem.ts'
import type { ForwardFormat, WrittenCertificate } from './format.ts'

/** Certificates in PEM that are percent-encoded. Not as a form is: in base64, `+` is itself. */
export function readEscapedPem(value: string): readonly Uint8Array[] | undefined {
  try {
    return pemBlocks(decodeURIComponent(value), 'CERTIFICATE')
  } catch {
    return undefined
  }
}

/** A header with one certificate, as nginx writes `$ssl_client_escaped_cert` and AWS the leaf in its verify mode. */
export function escapedCertificate(header: string): ForwardFormat {
  return {
    headers: [header],
    read(field) {
      const [leaf, ...others] = readEscapedPem(field(header) ?? '') ?? []
      return leaf && others.length === 0 ? { leaf, others } : undefined
    },
  }
}

/** A header with a chain, the client's certificate first, as AWS writes it in its passthrough mode. */
export function escapedChain(header: string): ForwardFormat {
  return { headers: [header], read: (field) => writtenChain(readEscapedPem(field(header) ?? '')) }
}

export function writtenChain(chain: readonly Uint8Array[] | undefined): WrittenCertificate | undefined {
  const [leaf, ...others] = chain ?? []
  return leaf && { leaf, others }
}
