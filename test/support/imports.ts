import { posix } from 'node:path'
import type { RepositoryFile } from './repository-files.ts'

/** Static imports and re-exports end with `from '…'`; the others name what they load at once. */
const IMPORT = /^(?:(?:import|export)\b[^'\n]*|\}) from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm

/** What a module imports or re-exports, types included: files as repository paths, packages as written. */
export function importsOf({ path, text }: RepositoryFile): readonly string[] {
  return [...text.matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((specifier) => (specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier))
}
