import type { RequestView } from '../request-view.ts'
import type { CredentialSource } from './authenticator.ts'

/**
 * The credential at a source: `undefined` when none of this kind is there. The scheme is compared without case, and
 * what follows it is returned as sent, so that the authenticator judges it (RFC 9110 §11.4).
 */
export function readCredential(request: RequestView, source: CredentialSource): string | undefined {
  const field = request.credential(source.header)
  if (field === undefined || source.scheme === undefined) return field
  const end = source.scheme.length
  if (field.length === end) return field.toLowerCase() === source.scheme.toLowerCase() ? '' : undefined
  if (field.charCodeAt(end) !== SPACE) return undefined
  if (field.slice(0, end).toLowerCase() !== source.scheme.toLowerCase()) return undefined
  let start = end
  while (field.charCodeAt(start) === SPACE) start++
  return field.slice(start)
}

const SPACE = 0x20

/**
 * Finds a credential in the URL, where it ends up in logs and histories: RFC 6750 §5.3.
 * @returns a test that is true for a query with a parameter of one of those names, in any case and spelling
 */
export function urlCredentialTest(names: readonly string[]): (query: string) => boolean {
  if (names.length === 0) return () => false
  const alternatives = names.map((name) => [...name].map(spellings).join('')).join('|')
  const pattern = new RegExp(`(?:^|&)(?:${alternatives})=`, 'i')
  return (query) => query !== '' && pattern.test(query)
}

/** A character, as it is and percent-encoded in both cases: who reads the query behind us decodes it (RFC 3986 §2.1). */
function spellings(character: string): string {
  const codes = [character.toLowerCase(), character.toUpperCase()].map((each) => each.charCodeAt(0).toString(16))
  return `(?:${character.replace(/[^a-z0-9]/gi, '\\$&')}|%(?:${codes.join('|')}))`
}
