import type { Component } from './presented-signature.ts'

const DIGEST = 'content-digest'

/** What may stand for `@target-uri`, each set of them. */
const TARGET_PARTS = [
  ['@authority', '@path', '@query'],
  ['@authority', '@request-target'],
]

export interface CoveragePolicy {
  /** Names of components that every signature must cover. */
  readonly required: readonly string[]
  /** Whether a body must be covered, by `content-digest`. */
  readonly requiresDigest: boolean
}

export interface CoveredRequest {
  /** As sent. */
  readonly target: string
  readonly hasBody: boolean
}

/** Whether a signature covers a field or a derived component as a whole. A part, such as one key, is not the whole. */
export function covers(components: readonly Component[], name: string): boolean {
  return components.some((component) => component.name === name && component.parameters.size === 0)
}

/** What a signature should cover and does not, as a word for the log; `undefined` when it covers enough. */
export function uncovered(
  { required, requiresDigest }: CoveragePolicy,
  components: readonly Component[],
  { target, hasBody }: CoveredRequest,
): string | undefined {
  const has = (name: string) => covers(components, name)
  const missing = required.find((name) => !has(name) && !(name === '@target-uri' && TARGET_PARTS.some(all(has))))
  if (missing !== undefined) return `not covered: ${missing}`
  // `@query` is the same for no query and an empty one: RFC 9421 §2.2.7.
  if (target.endsWith('?') && required.includes('@target-uri') && !has('@target-uri') && !has('@request-target')) {
    return 'not covered: an empty query'
  }
  return hasBody && requiresDigest && !has(DIGEST) ? `not covered: ${DIGEST}` : undefined
}

function all(has: (name: string) => boolean): (names: readonly string[]) => boolean {
  return (names) => names.every(has)
}
