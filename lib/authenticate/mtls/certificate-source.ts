import { readFileSync } from 'node:fs'
import { invalidOption } from '../../options.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { pemBlocks } from './pem.ts'

/** PEM, DER, or the name of a file that holds either. */
export type PemSource = string | Uint8Array

/** A string that holds no PEM is the name of a file. */
export function isFileName(source: PemSource): source is string {
  return typeof source === 'string' && !source.includes('-----BEGIN ')
}

/**
 * The DER of what a source holds: PEM blocks of that label, or DER as it is.
 * @throws TypeError when the file cannot be read, or holds none or something else
 */
export function readSource(factory: string, name: string, source: unknown, label: string): readonly Uint8Array[] {
  if (source instanceof Uint8Array || (typeof source === 'string' && source !== '')) {
    const bytes = isFileName(source) ? readFile(factory, name, source) : source
    const found = derOf(bytes, label)
    if (found && found.length > 0) return found
    const where = isFileName(source) ? ` ("${source}")` : ''
    throw invalidOption(factory, `"${name}"${where} must hold ${label} blocks in PEM, and nothing else, or DER`)
  }
  throw invalidOption(factory, `"${name}" must be PEM, or the name of a file that holds it`)
}

/** `undefined` when it is something else. */
export function derOf(source: string | Uint8Array, label: string): readonly Uint8Array[] | undefined {
  if (typeof source === 'string') return pemBlocks(source, label)
  if (source[0] === 0x30) return [source]
  return pemBlocks(Buffer.from(source).toString('latin1'), label)
}

function readFile(factory: string, name: string, file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw invalidOption(factory, `"${name}": the file "${file}" cannot be read (${code})`)
  }
}

/** The certificates of one source or several. */
export function readCertificates(factory: string, name: string, sources: unknown): readonly Certificate[] {
  const list: readonly unknown[] = Array.isArray(sources) ? sources : [sources]
  if (list.length === 0) throw invalidOption(factory, `"${name}" must name at least one certificate`)
  return list
    .flatMap((source) => readSource(factory, name, source, 'CERTIFICATE'))
    .map((der) => {
      try {
        const certificate = readCertificate(der)
        certificate.publicKey()
        return certificate
      } catch {
        throw invalidOption(factory, `"${name}" holds a certificate that cannot be read`)
      }
    })
}
