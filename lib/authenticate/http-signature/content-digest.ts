import { hash } from 'node:crypto'
import { bytesOf, readDictionary } from './structured-dictionary.ts'

/** The algorithms that are no broken ones: RFC 9530 §5. */
const ALGORITHMS: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }

/**
 * Whether `Content-Digest` (RFC 9530 §2) is of these bytes, those on the wire. Each digest that we know must be; others are
 * passed over, but not all.
 */
export function isDigestOf(field: string, body: Uint8Array): boolean {
  const members = readDictionary(field)
  if (!members) return false
  let known = 0
  for (const [name, member] of members) {
    const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined
    if (algorithm === undefined) continue
    known++
    const stated = bytesOf(member)
    if (!stated || !hash(algorithm, body, 'buffer').equals(stated)) return false
  }
  return known > 0
}
