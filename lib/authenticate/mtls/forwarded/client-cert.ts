import { parseItem, parseList } from 'structured-headers'
import type { ForwardFormat } from './format.ts'

const CERTIFICATE = 'client-cert'
const CHAIN = 'client-cert-chain'

/** RFC 9440 §2.2 and §2.3: byte sequences of RFC 9651. */
export const clientCert: ForwardFormat = {
  headers: [CERTIFICATE, CHAIN],
  read(field) {
    try {
      const leaf = bytesOf(parseItem(field(CERTIFICATE) ?? '')[0])
      const chain = field(CHAIN)
      const others = chain === undefined ? [] : parseList(chain).map(([item]) => bytesOf(item))
      return leaf && others.every((other) => other !== undefined) ? { leaf, others } : undefined
    } catch {
      return undefined
    }
  },
}

function bytesOf(item: unknown): Uint8Array | undefined {
  return item instanceof ArrayBuffer && item.byteLength > 0 ? new Uint8Array(item) : undefined
}
